package org.fedledger.round;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.gate.Gates;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.rule.BaseFiles;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.store.BlobFiles;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What a round is computed from, brought together and checked: spec, plan, base version and
 * updates. All who judge a round load it here, so that none attests to what another refuses.
 */
public sealed interface RoundInputs {

  /**
   * The round can be judged, from the updates that are here.
   *
   * @param plan bound to the spec, within what the spec lets plans change, and the one that the
   *     round was opened by
   * @param base the base version's model: canonical, finite, of the spec's schema
   * @param baseState the base version's rule state; empty for a rule that has none
   * @param updates committed files that could be had, each with its digest checked, by participant;
   *     one of another size than the committed one is among them, since it proves that no file is
   *     of both
   * @param absent those that could not, by participant; a commitment whose size shows that no file
   *     could pass is in neither
   */
  record Ready(
      FederationState state,
      Round round,
      FederationSpec spec,
      RoundPlan plan,
      Path base,
      Optional<Path> baseState,
      SortedMap<Address, Path> updates,
      SortedMap<Address, LackedFile> absent)
      implements RoundInputs {

    public Ready {
      updates = Collections.unmodifiableSortedMap(new TreeMap<>(updates));
      absent = Collections.unmodifiableSortedMap(new TreeMap<>(absent));
    }

    /** The base version's files, as a rule takes them. */
    public BaseFiles baseFiles() {
      return new BaseFiles(base, baseState);
    }

    /** Where a committed update's file is; empty where there is none, and for another's. */
    public Optional<Path> update(UpdateCommitment committed) {
      return Optional.ofNullable(updates.get(committed.participant()));
    }

    /** Whether no update that could be judged is absent. */
    public boolean complete() {
      return absent.isEmpty();
    }

    public Gates gates() {
      return new Gates(
          state.federation(),
          round.opening().baseModel(),
          spec.architecture().schema(),
          plan.terms().normBound());
    }
  }

  /**
   * Something could not be had without which the round cannot be judged; it may be had later.
   *
   * @param files at least one, in the order of spec, plan, model, state
   */
  record Lacking(List<LackedFile> files) implements RoundInputs {
    public Lacking {
      files = List.copyOf(files);
    }

    public List<Digest> digests() {
      return files.stream().map(LackedFile::digest).toList();
    }
  }

  /**
   * Nobody can judge the round, now or later. Whoever tells of it says {@code cannot judge: } and
   * the reason.
   *
   * @param who is at fault, an address or an office; empty where nobody need be, as for a rule that
   *     only later builds know
   */
  record Invalid(Optional<String> who, Objection objection) implements RoundInputs {
    public String why() {
      return objection.toString();
    }
  }

  /**
   * Loads all of a round whose commits are closed.
   *
   * @param state right after any event of the round; the round is its last one
   * @param files to be held open as long as the inputs are used
   * @throws IOException if a file that is there cannot be read
   */
  static RoundInputs load(FederationState state, Round round, BlobFiles.Use files)
      throws IOException {
    return new InputLoader(state, round, files).load(true);
  }

  /**
   * Loads what a round builds on, and no update: for those who make one, or before commits close.
   *
   * @param files to be held open as long as the inputs are used
   * @throws IOException if a file that is there cannot be read
   */
  static RoundInputs loadBasis(FederationState state, Round round, BlobFiles.Use files)
      throws IOException {
    return new InputLoader(state, round, files).load(false);
  }
}
