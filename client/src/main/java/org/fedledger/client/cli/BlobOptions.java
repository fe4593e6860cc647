package org.fedledger.client.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.bundle.Bundle;
import org.fedledger.bundle.MalformedBundleException;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.Requester;
import org.fedledger.contracts.KeyFile;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.BlobSource;
import org.fedledger.store.FolderBlobSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where files are had from: a folder, a node, or a bundle. */
public final class BlobOptions {

  @Option(
      names = "--blobs",
      required = true,
      paramLabel = "URL|DIR|ZIP",
      description = "a folder of blobs, a node's address, or an audit bundle")
  private String blobs;

  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      description = "key file of one who may read updates; without it a node gives models only")
  private Path keyFile;

  @Mixin private Passwords passwords;

  /** Whether a node is asked without saying who asks. */
  public boolean readsUnsigned() {
    return isNode() && keyFile == null;
  }

  private boolean isNode() {
    return blobs.startsWith("http://") || blobs.startsWith("https://");
  }

  /**
   * A source that is closed after use.
   *
   * @param held what it rests on
   */
  public record Opened(BlobSource blobs, Closeable held) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      held.close();
    }
  }

  /**
   * @param domain in which reads are signed
   */
  public Opened open(SigningDomain domain) throws IOException {
    if (isNode()) {
      NodeClient node = node(domain);
      return new Opened(new NodeBlobSource(node), node::close);
    }
    Path place = Path.of(blobs);
    if (Files.isDirectory(place)) {
      return new Opened(new FolderBlobSource(place), () -> {});
    }
    if (Files.isRegularFile(place)) {
      Bundle bundle = bundle(place);
      return new Opened(bundle.blobs(), bundle::close);
    }
    throw CommandException.usage(
        "--blobs: %s is neither a folder, nor a bundle, nor a node's address".formatted(blobs));
  }

  private static Bundle bundle(Path file) throws IOException {
    try {
      return Bundle.open(file);
    } catch (MalformedBundleException e) {
      throw CommandException.usage(
          "--blobs: %s is no bundle in its one form: %s".formatted(file, e.getMessage()));
    }
  }

  private NodeClient node(SigningDomain domain) throws IOException {
    URI address = NodeOption.address("--blobs", blobs);
    Optional<Requester> reader =
        keyFile == null
            ? Optional.empty()
            : Optional.of(Requester.of(KeyFile.open(keyFile, passwords.existing(keyFile))));
    try {
      return reader.isPresent()
          ? new NodeClient(address, domain, reader.get())
          : new NodeClient(address, domain);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--blobs: " + e.getMessage());
    }
  }
}
