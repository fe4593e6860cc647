package org.fedledger.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/**
 * The same blobs from several places, asked in order until one gives the blob that was asked for.
 *
 * <p>What the last one gives is not yet checked, as with any source. Where none gives the blob, the
 * answer is another blob that was given in its place, which is evidence, or else the first that
 * says more than that it is missing.
 *
 * @param places at least one
 */
public record BlobReplicas(List<BlobSource> places) implements BlobSource {

  public BlobReplicas {
    places = List.copyOf(places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("blobs are had from at least one place");
    }
  }

  @Override
  public Fetched fetch(Digest digest) {
    Fetched best = new Fetched.Missing();
    for (BlobSource place : places.subList(0, places.size() - 1)) {
      Fetched given = place.fetch(digest);
      if (given instanceof Fetched.Found(Path file)) {
        if (fits(digest, file)) {
          return given;
        }
        best = given;
      } else if (best instanceof Fetched.Missing) {
        best = given;
      }
    }
    Fetched given = places.getLast().fetch(digest);
    return given instanceof Fetched.Found || best instanceof Fetched.Missing ? given : best;
  }

  private static boolean fits(Digest digest, Path file) {
    try {
      return Blobs.id(file).digest().equals(digest);
    } catch (IOException e) {
      // It cannot be read, and so is of no use.
      return false;
    }
  }

  @Override
  public void release(Digest digest) {
    places.forEach(place -> place.release(digest));
  }
}
