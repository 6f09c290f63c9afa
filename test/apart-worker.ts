import { parentPort, workerData } from "node:worker_threads";

const { module, name, given } = workerData;
parentPort?.postMessage(await (await import(module))[name](...given));
