import "./hosts/http2.test.ts";
import "./hosts/node.test.ts";
import "./hosts/only-loopback.test.ts";
import "./hosts/verifier.test.ts";
import "./outbox/journal.test.ts";
import "./stores/inline-server.test.ts";
import "./stores/postgres.test.ts";
import "./stores/sqlite.test.ts";
