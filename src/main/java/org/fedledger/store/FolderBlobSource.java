package org.fedledger.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedledger.types.Digest;

/**
 * A folder of blobs that is only read: as a {@link FileBlobStore} keeps them, or flat, each named
 * by the 64 hex digits of its digest. A file of that name with {@code .erased} behind it, in place
 * of the blob, says in one line of text why the blob was erased.
 */
public record FolderBlobSource(Path root) implements LocalBlobs {

  private static final String ERASED = ".erased";
  private static final int MAX_REASON = 400;

  @Override
  public Optional<Path> file(Digest digest) {
    return places(digest).stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .filter(Files::isReadable);
  }

  @Override
  public Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>(digests);
    there.removeIf(digest -> file(digest).isEmpty());
    return there;
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    BlobSource.requireRange(from, length);
    for (Path place : places(digest)) {
      if (Files.isRegularFile(place)) {
        return Files.isReadable(place)
            ? LocalFiles.read(place, from, length)
            : AbsentBlob.denied(place + " may not be read");
      }
    }
    return erased(digest);
  }

  private List<Path> places(Digest digest) {
    return List.of(FileBlobStore.path(root, digest), root.resolve(digest.hex()));
  }

  private AbsentBlob erased(Digest digest) {
    for (Path place : places(digest)) {
      Path marker = place.resolveSibling(place.getFileName() + ERASED);
      if (Files.isRegularFile(marker)) {
        return AbsentBlob.erased(reason(marker));
      }
    }
    return AbsentBlob.MISSING;
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
