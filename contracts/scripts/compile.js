#!/usr/bin/env node
// Compiles the ledger contract into target/solidity: FederatedLedger.abi, .bin and .json (the compiler's standard
// JSON output with the deployed bytecode and where its immutables stand). The settings are those of foundry.toml.
// Any warning fails it.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

// The chain allows 24,576; what lies between is room for rules to come.
const MAX_RUNTIME_BYTES = 20000;
const MAX_INITCODE_BYTES = 49152;

const root = path.resolve(__dirname, "..");
const sourceFolder = path.join(root, "src/main/solidity");
const outputFolder = path.join(root, "target/solidity");
const file = "FederatedLedger.sol";
const contract = "FederatedLedger";

function readImport(name) {
  const folder = name.startsWith("@") ? path.join(root, "node_modules") : sourceFolder;
  try {
    return { contents: fs.readFileSync(path.join(folder, name), "utf8") };
  } catch (problem) {
    return { error: problem.message };
  }
}

function fail(message) {
  process.stderr.write(message + "\n");
  process.exit(1);
}

const input = {
  language: "Solidity",
  sources: { [file]: { content: fs.readFileSync(path.join(sourceFolder, file), "utf8") } },
  settings: {
    ...require("./settings.json"),
    outputSelection: {
      [file]: {
        [contract]: [
          "abi",
          "evm.bytecode.object",
          "evm.deployedBytecode.object",
          "evm.deployedBytecode.immutableReferences",
          "storageLayout",
        ],
      },
    },
  },
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
if (output.errors) {
  fail(output.errors.map((error) => error.formattedMessage).join("\n"));
}
const compiled = output.contracts[file][contract];
const initcode = compiled.evm.bytecode.object;
const runtime = compiled.evm.deployedBytecode.object;
if (runtime.length / 2 > MAX_RUNTIME_BYTES || initcode.length / 2 > MAX_INITCODE_BYTES) {
  fail(`${contract} is too large: ${runtime.length / 2} bytes, ${initcode.length / 2} to deploy`);
}

fs.mkdirSync(outputFolder, { recursive: true });
fs.writeFileSync(path.join(outputFolder, `${contract}.abi`), JSON.stringify(compiled.abi) + "\n");
fs.writeFileSync(path.join(outputFolder, `${contract}.bin`), initcode);
fs.writeFileSync(path.join(outputFolder, `${contract}.json`), JSON.stringify(output) + "\n");
process.stderr.write(`${contract}: ${runtime.length / 2} bytes, ${initcode.length / 2} to deploy\n`);
