// A preload for tests: whoever connects to anything but this machine dies with an error that names the address.
import net from "node:net";

const connect = net.Socket.prototype.connect;
const loopback = new Set(["127.0.0.1", "localhost", "::1"]);

net.Socket.prototype.connect = function connectToLoopback(...args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === "object" && first !== null ? first : { port: first, host: second };
  const host = options.path === undefined ? (options.host ?? "localhost") : "127.0.0.1";
  if (!loopback.has(host)) throw new Error(`A test connects to ${host}, and may only to this machine`);
  return connect.apply(this, args);
};
