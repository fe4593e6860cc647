package org.fedledger.client.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;

/** A spec as a coordinator wrote it, with spaces and in any order of keys, or canonical. */
public final class SpecFile {

  private SpecFile() {}

  /**
   * @throws CommandException if it is no spec; says where and why
   */
  public static FederationSpec read(Path file) throws IOException {
    if (Files.size(file) > CanonicalJson.MAX_BYTES) {
      throw CommandException.usage(file + ": too large for a spec");
    }
    try {
      return SpecJson.readSpec(new ObjectMapper().readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw CommandException.usage(file + ": not JSON: " + e.getOriginalMessage());
    } catch (MalformedJsonException e) {
      throw CommandException.usage(file + ": " + e.getMessage());
    }
  }
}
