package org.fedledger.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.types.Digest;

/**
 * A folder of blobs that is only read: as a {@link FileBlobStore} keeps them, or flat, each named
 * by the 64 hex digits of its digest. A file of that name with {@code .erased} behind it, in place
 * of the blob, says in one line of text why the blob was erased.
 */
public record FolderBlobSource(Path root) implements BlobSource {

  private static final String ERASED = ".erased";
  private static final int MAX_REASON = 400;

  @Override
  public Fetched fetch(Digest digest) {
    String hex = digest.hex();
    for (Path file : List.of(FileBlobStore.path(root, digest), root.resolve(hex))) {
      if (Files.isRegularFile(file)) {
        return Files.isReadable(file)
            ? new Fetched.Found(file)
            : new Fetched.Denied(file + " may not be read");
      }
    }
    return erased(digest);
  }

  private Fetched erased(Digest digest) {
    Path beside = FileBlobStore.path(root, digest);
    for (Path place : List.of(beside, root.resolve(digest.hex()))) {
      Path marker = place.resolveSibling(place.getFileName() + ERASED);
      if (Files.isRegularFile(marker)) {
        return new Fetched.Erased(reason(marker));
      }
    }
    return new Fetched.Missing();
  }

  private static String reason(Path marker) {
    try {
      if (Files.size(marker) > MAX_REASON) {
        return "no reason that can be read";
      }
      String reason = new String(Files.readAllBytes(marker), StandardCharsets.UTF_8).strip();
      boolean plain = !reason.isEmpty() && reason.chars().allMatch(c -> c >= ' ' && c < 0x7f);
      return plain ? reason : "no reason is given";
    } catch (IOException e) {
      return "no reason that can be read";
    }
  }
}
