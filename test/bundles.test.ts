import "./infra/bundle.test.ts";
import "./infra/removing-an-event.test.ts";
