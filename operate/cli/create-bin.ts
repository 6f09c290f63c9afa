#!/usr/bin/env node
import "./require-node.ts";
import { create } from "./create.ts";
import { runCommand } from "./terminal.ts";

// The program of the package create-hookline.
await runCommand(create);
