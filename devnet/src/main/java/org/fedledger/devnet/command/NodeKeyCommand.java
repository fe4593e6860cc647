package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.devnet.besu.Enode;
import org.fedledger.devnet.besu.NodeKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the key of a validator, and prints what the others need to know of it. */
@Command(
    name = "node-key",
    description = {
      "Print the enode of a node of yours, which the others need to know; they need no more.",
      "Its key is made where there is none. Besu keeps it in the clear: it never leaves your host."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger devnet node-key key --host besu.hospital.org"})
final class NodeKeyCommand implements Callable<Integer> {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Parameters(paramLabel = "FILE", description = "file of the key, 64 hex digits")
  private Path file;

  @Option(
      names = "--host",
      required = true,
      paramLabel = "HOST[:PORT]",
      converter = HostAndPort.Converter.class,
      description = "where its peers will reach it (port: 30303)")
  private HostAndPort place;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    NodeKey key = NodeKey.readOrMake(file, new SecureRandom());
    Enode enode = enode(key);
    output.line("%s", enode);
    output.talk("Its address is %s", key.address());
    output.document(
        MAPPER
            .createObjectNode()
            .put("address", key.address().toString())
            .put("enode", enode.toString()));
    return ExitCode.DONE;
  }

  private Enode enode(NodeKey key) {
    try {
      return key.at(place.host(), place.port());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--host: " + e.getMessage());
    }
  }
}
