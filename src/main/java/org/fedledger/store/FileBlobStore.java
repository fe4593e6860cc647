package org.fedledger.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.files.Folders;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Digest;

/**
 * Blobs in a folder: {@code <first two hex digits>/<64 hex digits>}, so that {@code sha256sum}
 * checks them. A link in place of a file is never followed, and counts as none: whoever can make
 * one shall not have another file read, or written. What is on its way in stands in {@code
 * incoming/} and is deleted at the next start.
 */
public final class FileBlobStore implements BlobStore, LocalBlobs {

  private final Path root;
  private final Path incoming;

  /** Opens the folder, making it where it is missing. */
  public FileBlobStore(Path root) throws IOException {
    this.root = root.toAbsolutePath();
    this.incoming = this.root.resolve("incoming");
    Folders.emptied(incoming);
  }

  @Override
  public Optional<Path> file(Digest digest) {
    return Optional.of(path(digest)).filter(FileBlobStore::isFile);
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    Path file = path(digest);
    return isFile(file)
        ? LocalFiles.read(file, from, length, LinkOption.NOFOLLOW_LINKS)
        : AbsentBlob.MISSING;
  }

  @Override
  public OptionalLong size(Digest digest) {
    try {
      Path file = path(digest);
      return isFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Deletes a blob; it may come again. */
  public void delete(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  @Override
  public Receiving receive(Digest digest, long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("a size is at least 0, not " + size);
    }
    return new FileReceiving(digest, size);
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private Path path(Digest digest) {
    return path(root, digest);
  }

  static Path path(Path root, Digest digest) {
    String hex = digest.hex();
    return root.resolve(hex.substring(0, 2)).resolve(hex);
  }

  private final class FileReceiving implements Receiving {
    private final Digest expected;
    private final long size;
    private final WholeFile file;
    private final MessageDigest hash;
    private long got;

    FileReceiving(Digest expected, long size) throws IOException {
      this.expected = expected;
      this.size = size;
      this.file = WholeFile.in(incoming);
      this.hash = Digest.sha256();
    }

    @Override
    public boolean write(ByteBuffer bytes) throws IOException {
      got += bytes.remaining();
      if (got > size) {
        bytes.position(bytes.limit());
        return false;
      }
      hash.update(bytes.duplicate());
      while (bytes.hasRemaining()) {
        file.channel().write(bytes);
      }
      return true;
    }

    @Override
    public Received finish() throws IOException {
      if (got != size) {
        return new Received.WrongSize(size, got);
      }
      Digest actual = new Digest(hash.digest());
      if (!actual.equals(expected)) {
        return new Received.WrongDigest(expected, actual);
      }
      Path target = path(expected);
      WholeFile.createFolder(target.getParent());
      file.commit(target);
      return new Received.Stored(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
