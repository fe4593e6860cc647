package org.fedledger.client.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.contracts.Rpc;
import org.fedledger.store.BlobSource;
import org.fedledger.store.FolderBlobSource;
import picocli.CommandLine.Option;

/** Where files are had from: a folder, or a node. */
public final class BlobOptions {

  @Option(
      names = "--blobs",
      required = true,
      paramLabel = "URL|DIR",
      description = "a folder of blobs, or a node's address")
  private String blobs;

  /** A source that is closed after use. */
  public record Opened(BlobSource blobs) implements AutoCloseable {
    @Override
    public void close() {}
  }

  public Opened open(Rpc rpc) {
    Path folder = Path.of(blobs);
    if (!Files.isDirectory(folder)) {
      throw CommandException.usage("--blobs: " + blobs + " is no folder");
    }
    return new Opened(new FolderBlobSource(folder));
  }
}
