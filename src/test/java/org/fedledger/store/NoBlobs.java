package org.fedledger.store;

import java.util.Set;
import org.fedledger.types.Digest;

/** A source that has nothing, and says so in the same words whatever is asked for. */
public record NoBlobs(AbsentBlob answer) implements BlobSource {

  @Override
  public Set<Digest> has(Set<Digest> digests) {
    return Set.of();
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    return answer;
  }
}
