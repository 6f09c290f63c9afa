import "./local/synth/assembly.test.ts";
import "./local/synth/tunnel.test.ts";
import "./operate/cli/new.test.ts";
