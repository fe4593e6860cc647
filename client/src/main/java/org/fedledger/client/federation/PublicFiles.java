package org.fedledger.client.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;

/** Sends a node the files that everybody may read: spec, plans, version 0. */
public final class PublicFiles {

  private final NodeClient node;

  public PublicFiles(NodeClient node) {
    this.node = node;
  }

  /** Sends a small document. */
  public void send(byte[] document) throws IOException {
    Path file = Files.createTempFile("fedledger", ".json");
    try {
      Files.write(file, document);
      send(file);
    } finally {
      Files.delete(file);
    }
  }

  /**
   * @throws CommandException if the node refuses it
   */
  public void send(Path file) throws IOException {
    if (node.upload(Blobs.id(file), file) instanceof NodeAnswer.Refused<BlobId> refused) {
      throw CommandException.refused("the node refused a file: " + refused.why());
    }
  }
}
