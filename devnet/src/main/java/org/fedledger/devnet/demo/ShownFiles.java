package org.fedledger.devnet.demo;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.store.LocalBlobs;
import org.fedledger.types.Digest;

/**
 * What an outsider is shown: each file by the first party that has it.
 *
 * @param places at least one
 */
record ShownFiles(List<FolderBlobSource> places) implements LocalBlobs {

  ShownFiles {
    places = List.copyOf(places);
  }

  @Override
  public Optional<Path> file(Digest digest) {
    return place(digest).file(digest);
  }

  @Override
  public Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>(digests);
    there.removeIf(digest -> file(digest).isEmpty());
    return there;
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    return place(digest).read(digest, from, length);
  }

  /** The first says it where nobody has the file. */
  private FolderBlobSource place(Digest digest) {
    return places.stream()
        .filter(place -> place.file(digest).isPresent())
        .findFirst()
        .orElse(places.getFirst());
  }
}
