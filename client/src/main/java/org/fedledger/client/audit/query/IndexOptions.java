package org.fedledger.client.audit.query;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.SpecOption;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.index.IndexException;
import org.fedledger.index.LedgerIndex;
import org.fedledger.index.Queries;
import org.fedledger.index.SqliteIndex;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.signing.SigningDomain;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which ledger, and the file in which its events are indexed. */
public final class IndexOptions {

  /** How long a reading goes on in silence, and between two words on it. */
  private static final long QUIET_NANOS = 2_000_000_000L;

  @Mixin private ChainOptions chain;
  @Mixin private SpecOption spec;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description = {
        "the index; may be deleted at any time (default: a file in your cache folder, for each"
            + " contract its own)"
      })
  private Path file;

  /** Reads on to the newest block, and asks. */
  <T> T ask(Output out, Function<LedgerIndex, T> question) throws IOException {
    try (Rpc rpc = chain.open()) {
      Web3jLedgerReader ledger = chain.reader(rpc);
      Path path = file != null ? file : cached(ledger.domain());
      try (SqliteIndex index =
          SqliteIndex.open(path, ledger.domain(), told -> out.talk("%s", told))) {
        LedgerFeed feed = new LedgerFeed(ledger, 0, spec.confirmations(ledger));
        return asked(index, rpc, feed, out, question);
      } catch (IndexException e) {
        throw explained(e);
      }
    }
  }

  private <T> T asked(
      SqliteIndex index, Rpc rpc, LedgerFeed feed, Output out, Function<LedgerIndex, T> question) {
    try {
      return filled(index, rpc, feed, out, question);
    } catch (IndexException e) {
      if (e.kind() != IndexException.Kind.DAMAGED) {
        throw e;
      }
      out.talk("%s is damaged; the index is made anew", index.path());
      index.rebuild();
      return filled(index, rpc, feed, out, question);
    }
  }

  private <T> T filled(
      LedgerIndex index, Rpc rpc, LedgerFeed feed, Output out, Function<LedgerIndex, T> question) {
    try {
      index.advance(feed, rpc::gasUsed, progress(out));
    } catch (ContradictionException e) {
      throw CommandException.verificationFailed(
          e.getMessage() + "; 'fedledger audit verify' says whether the contract is a real one");
    }
    if (index.ask(Queries::founded).isEmpty()) {
      throw CommandException.usage(
          "--contract: the ledger records no federation at " + chain.contract());
    }
    return question.apply(index);
  }

  private static LedgerIndex.Progress progress(Output out) {
    long[] next = {System.nanoTime() + QUIET_NANOS};
    return (block, head) -> {
      if (System.nanoTime() - next[0] > 0 && block < head) {
        out.talk("indexing the ledger: block %d of %d", block, head);
        next[0] = System.nanoTime() + QUIET_NANOS;
      }
    };
  }

  private static RuntimeException explained(IndexException e) {
    return switch (e.kind()) {
      case REFUSED -> CommandException.usage("--index: " + e.getMessage());
      case BUSY, FAILED, DAMAGED -> CommandException.outOfReach(e.getMessage(), e);
    };
  }

  private static Path cached(SigningDomain domain) {
    return cacheFolder(
            System.getProperty("os.name"), System.getProperty("user.home"), System.getenv())
        .resolve("fedledger")
        .resolve("index-%d-%s.db".formatted(domain.chainId(), domain.contract()));
  }

  /** Where programs of this user put what can be made again. */
  static Path cacheFolder(String system, String home, Map<String, String> environment) {
    Optional<Path> set =
        Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
            .or(() -> Optional.ofNullable(environment.get("LOCALAPPDATA")))
            .map(Path::of)
            // As the XDG rules say: what is not absolute is not looked at.
            .filter(Path::isAbsolute);
    return set.orElse(
        system.startsWith("Mac") ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache"));
  }
}
