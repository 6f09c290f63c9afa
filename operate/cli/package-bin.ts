#!/usr/bin/env node
import "./require-node.ts";
import { packageCommands } from "./package-commands.ts";
import { runProgram } from "./program.ts";
import { runCommand } from "./terminal.ts";

// The package's program, `npx --no-install hookline`.
await runCommand((args, print) => runProgram(packageCommands, args, print));
