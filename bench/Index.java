import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fedledger.crypto.Signature;
import org.fedledger.index.Filter;
import org.fedledger.index.GasSource;
import org.fedledger.index.LedgerIndex;
import org.fedledger.index.Paging;
import org.fedledger.index.Queries;
import org.fedledger.index.SqliteIndex;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/**
 * How fast the index is built from generated events, and how long pages of every query take.
 *
 * <p>Arguments: thousands of events (default 1000), participants (default 40).
 */
final class Index {

  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, new Address(bytes("contract", 0, 20)));
  private static final int ASKED = 15;
  private static final int TRIES = 4;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static long lastPosition;

  public static void main(String[] args) throws Exception {
    long wanted = 1_000L * (args.length > 0 ? Integer.parseInt(args[0]) : 1_000);
    int participants = args.length > 1 ? Integer.parseInt(args[1]) : 40;
    Generator ledger = new Generator(participants, wanted);
    Path folder = Files.createTempDirectory("fedledger-bench");
    try {
      measure(ledger, folder.resolve("index.db"));
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void measure(Generator ledger, Path file) throws Exception {
    GasSource gas = all -> all.stream().collect(Collectors.toMap(t -> t, _ -> 74_000L));
    long generating = System.nanoTime();
    long events = 0;
    long head = ledger.head().number();
    for (long from = 0; from <= head; from += 100) {
      events += ledger.events(from, Math.min(head, from + 99)).size();
    }
    double generated = (System.nanoTime() - generating) / 1e9;
    try (LedgerIndex index = SqliteIndex.open(file, DOMAIN, System.err::println)) {
      double cpu = cpuSeconds();
      long start = System.nanoTime();
      long[] peak = {0};
      index.advance(
          new LedgerFeed(ledger, 0, 0), gas, (_, _) -> peak[0] = Math.max(peak[0], used()));
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d events, %d rounds: indexed in %.1f s (%.1f s of them generating), %.0f events/s;"
              + " %.1f s of processor time; heap at most %d MB; file %d MB%n",
          events,
          ledger.rounds,
          seconds,
          generated,
          events / seconds,
          cpuSeconds() - cpu,
          peak[0] >> 20,
          Files.size(file) >> 20);
      pages(ledger, index);
    }
  }

  private static void pages(Generator ledger, LedgerIndex index) {
    lastPosition = ledger.head().number() << 20;
    long middle = ledger.rounds / 2;
    Address one = ledger.participant(ledger.participants / 2);
    Address verifier = new Address(bytes("verifier", 1, 20));
    Filter all = Filter.ALL;
    Filter own = all.of(one);
    Filter times = all.times(ledger.time(ledger.rounds), ledger.time(ledger.rounds * 2L));
    List<Filter> ranges = List.of(all, all.rounds(middle, ledger.rounds), times);
    List<Worst> worst = new ArrayList<>();
    for (Paging edge : List.of(Paging.FIRST.limitedTo(1_000), Paging.FIRST.latestFirst())) {
      for (Filter range : ranges) {
        Filter mine = range.of(one);
        for (Filter f :
            List.of(
                range,
                mine,
                range.status("final"),
                range.status("aborted"),
                mine.status("aborted"),
                mine.status("attesting"))) {
          worst.add(ask(index, "rounds", f, edge, q -> p -> q.rounds(f, p).next()));
        }
        for (Filter f : List.of(range, mine)) {
          worst.add(ask(index, "versions", f, edge, q -> p -> q.versions(f, p).next()));
          worst.add(
              ask(index, "rejections", f, edge, q -> p -> q.rejections(f, p).updates().next()));
          Filter norm = f.status("norm");
          worst.add(
              ask(
                  index,
                  "rejections",
                  norm,
                  edge,
                  q -> p -> q.rejections(norm, p).updates().next()));
          worst.add(
              ask(
                  index,
                  "gas",
                  f,
                  edge,
                  q ->
                      _ -> {
                        q.gas(f);
                        return Optional.empty();
                      }));
          worst.add(ask(index, "privacy", f, edge, q -> p -> q.privacy(f, p).next()));
          worst.add(
              ask(
                  index,
                  "lineage",
                  f,
                  edge,
                  q -> p -> q.lineage(ledger.versions, f, p).orElseThrow().updates().next()));
        }
        for (String status : List.of("pending", "accepted", "rejected", "unused")) {
          Filter f = range.status(status);
          worst.add(
              ask(
                  index,
                  "participant",
                  f,
                  edge,
                  q -> p -> q.participant(one, f, p).orElseThrow().commitments().next()));
        }
        Filter by = range.of(verifier);
        for (Filter f : List.of(range, by, by.status("differs"), range.status("matches"))) {
          worst.add(ask(index, "attestations", f, edge, q -> p -> q.attestations(f, p).next()));
        }
      }
      worst.add(ask(index, "participants", all, edge, q -> p -> q.participants(all, p).next()));
      worst.add(
          ask(
              index,
              "participant",
              own,
              edge,
              q -> p -> q.participant(one, all, p).orElseThrow().commitments().next()));
      worst.add(
          ask(
              index,
              "round",
              all,
              edge,
              q -> p -> q.round(middle, p).orElseThrow().commitments().next()));
      worst.add(
          ask(
              index,
              "version",
              all,
              edge,
              q -> p -> q.version(ledger.versions / 2, p).orElseThrow().updates().next()));
      worst.add(
          ask(
              index,
              "reach of a participant",
              all,
              edge,
              q -> p -> q.reach(one, p).orElseThrow().versions().next()));
      Digest update = ledger.update(2, 1);
      worst.add(
          ask(
              index,
              "reach of an update",
              all,
              edge,
              q -> p -> q.reach(update, p).orElseThrow().versions().next()));
      worst.add(
          ask(
              index,
              "founded",
              all,
              edge,
              q ->
                  _ -> {
                    q.founded();
                    return Optional.empty();
                  }));
    }
    worst.stream()
        .collect(
            Collectors.groupingBy(
                Worst::query,
                java.util.TreeMap::new,
                Collectors.maxBy(java.util.Comparator.comparingDouble(Worst::work))))
        .forEach(
            (query, w) ->
                System.out.printf(
                    Locale.ROOT,
                    "%-24s worst page %6.1f ms, %6.1f ms of processor time  (%s)%n",
                    query,
                    w.get().millis(),
                    w.get().work(),
                    w.get().how()));
  }

  private record Worst(String query, String how, double millis, double work) {}

  private interface Ask extends Function<Queries, Function<Paging, Optional<String>>> {}

  /** The slowest of pages at the beginning, those after it, and one far on. */
  private static Worst ask(LedgerIndex index, String name, Filter filter, Paging first, Ask query) {
    double worst = 0;
    double worstWork = 0;
    Paging paging = first;
    for (int i = 0; i < ASKED; i++) {
      Paging asked = paging;
      Optional<String> next = Optional.empty();
      double best = Double.MAX_VALUE;
      double work = Double.MAX_VALUE;
      // The best of some tries: what else the machine does is not the page's.
      for (int repeat = 0; repeat < TRIES; repeat++) {
        long start = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        next = index.ask(q -> query.apply(q).apply(asked));
        best = Math.min(best, (System.nanoTime() - start) / 1e6);
        work = Math.min(work, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e6);
      }
      worst = Math.max(worst, best);
      worstWork = Math.max(worstWork, work);
      if (next.isEmpty()) {
        break;
      }
      // Half the pages follow one another, the others begin anywhere on the way to the end.
      paging =
          i % 2 == 0
              ? first.from(next)
              : first.from(Optional.of(Long.toString((lastPosition / ASKED) * (i + 1))));
    }
    String how =
        "%s%s"
            .formatted(
                filter.equals(Filter.ALL) ? "all" : filter,
                first.newestFirst() ? ", newest first" : ", 1000 items");
    return new Worst(
        name,
        how.replaceAll("Optional(Long)?\\.empty|Filter|\\w+=, |, \\w+=(?=[,\\]])", ""),
        worst,
        worstWork);
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static byte[] bytes(String what, long number, int length) {
    byte[] text = (what + number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return Arrays.copyOf(Digest.ofContent(text).bytes(), length);
  }

  /** A ledger whose blocks are made when they are read: three a round. */
  private static final class Generator implements LedgerReader {
    final int participants;
    final int rounds;
    final int versions;
    private final Digest[] models;

    Generator(int participants, long events) {
      this.participants = participants;
      this.rounds = (int) (events / (participants + 7));
      models = new Digest[rounds + 1];
      models[0] = new Digest(bytes("model", 0, 32));
      int made = 0;
      for (int round = 1; round <= rounds; round++) {
        if (!aborts(round)) {
          models[++made] = new Digest(bytes("model", round, 32));
        }
      }
      versions = made;
    }

    private boolean aborts(int round) {
      return round % 10 == 7;
    }

    private int versionBefore(int round) {
      int before = round - 1;
      return before - (before + 3) / 10;
    }

    Address participant(int index) {
      return new Address(bytes("participant", index, 20));
    }

    Digest update(int round, int index) {
      return new Digest(bytes("update" + round + ".", index, 32));
    }

    long time(long block) {
      return 1_700_000_000L + 12 * block;
    }

    private BlockRef ref(long number) {
      return new BlockRef(
          number,
          new BlockHash(bytes("block", number, 32)),
          new BlockHash(bytes("block", number - 1, 32)),
          time(number));
    }

    @Override
    public SigningDomain domain() {
      return DOMAIN;
    }

    @Override
    public BlockRef head() {
      return ref(3L * rounds);
    }

    @Override
    public Optional<BlockRef> block(long number) {
      return Optional.of(ref(number));
    }

    @Override
    public Subscription subscribe(Runnable onHead) {
      return () -> {};
    }

    @Override
    public List<RecordedEvent> events(long from, long to) {
      List<RecordedEvent> all = new ArrayList<>();
      for (long number = from; number <= to; number++) {
        BlockRef block = ref(number);
        List<LedgerEvent> events =
            number == 0 ? founding() : round((int) ((number + 2) / 3), (int) ((number + 2) % 3));
        byte[] hash = bytes("tx", number, 32);
        int transaction = 0;
        for (int i = 0; i < events.size(); i++) {
          LedgerEvent event = events.get(i);
          boolean sameTransaction =
              i > 0
                  && (event instanceof LedgerEvent.VersionFinal
                      || event instanceof LedgerEvent.RoundAborted);
          transaction += sameTransaction ? 0 : 1;
          ByteBuffer.wrap(hash).putInt(transaction);
          all.add(new RecordedEvent(event, block, new TransactionHash(hash), i));
        }
      }
      return all;
    }

    private List<LedgerEvent> founding() {
      List<LedgerEvent> all = new ArrayList<>();
      all.add(
          new LedgerEvent.FederationCreated(
              new FederationId(bytes("federation", 0, 32)),
              new Digest(bytes("spec", 0, 32)),
              models[0],
              1_000,
              Digest.NONE,
              0,
              1,
              2));
      for (int i = 0; i < 3; i++) {
        all.add(new LedgerEvent.VerifierAdded(new Address(bytes("verifier", i, 20)), 1));
      }
      for (int i = 0; i < participants; i++) {
        all.add(new LedgerEvent.ParticipantAdmitted(participant(i), i, -1, 1));
      }
      return all;
    }

    private List<LedgerEvent> round(int round, int part) {
      RoundId id = new RoundId(bytes("round", round, 32));
      List<LedgerEvent> all = new ArrayList<>();
      if (part == 0) {
        int base = versionBefore(round);
        RoundOpening opening =
            new RoundOpening(
                new Digest(bytes("plan", 0, 32)), 3_000, time(3L * round), 50, 40, 30, 1_000);
        all.add(
            new LedgerEvent.RoundOpened(
                round, id, opening, base, models[base], Digest.NONE, participants, 3));
      } else if (part == 1) {
        for (int i = 0; i < participants; i++) {
          UpdateCommitment c =
              new UpdateCommitment(id, participant(i), update(round, i), 4_000, 10 + i, 5);
          all.add(
              new LedgerEvent.UpdateCommitted(c, i, new Signature(signature(round * 5_000L + i))));
        }
        all.add(new LedgerEvent.CommitsClosed(id, participants, time(3L * round) + 50));
      } else {
        all.addAll(result(round, id));
      }
      return all;
    }

    private List<LedgerEvent> result(int round, RoundId id) {
      List<Integer> accepted = new ArrayList<>();
      List<Rejection> rejected = new ArrayList<>();
      for (int i = 0; i < participants; i++) {
        if ((round + i) % 9 == 0) {
          rejected.add(new Rejection(i, 1 + (round + i) / 9 % 12));
        } else {
          accepted.add(i);
        }
      }
      Decision decision = Decision.of(participants, accepted, rejected);
      int base = versionBefore(round);
      Digest model = aborts(round) ? Digest.NONE : models[base + 1];
      Publication p =
          new Publication(
              id, 1, model, aborts(round) ? 0 : 1_000, Digest.NONE, 0, decision.digest());
      PublicationId publication = new PublicationId(bytes("publication", round, 32));
      List<LedgerEvent> all = new ArrayList<>();
      all.add(
          new LedgerEvent.ModelPublished(
              p,
              publication,
              new Address(bytes("aggregator", 0, 20)),
              decision,
              new Signature(signature(round))));
      for (int i = 0; i < 2; i++) {
        all.add(
            new LedgerEvent.Attested(
                new Attestation(publication, model, Digest.NONE, (round + i) % 50 != 0),
                new Address(bytes("verifier", i, 20)),
                new Signature(signature(round + 7L))));
      }
      all.add(
          aborts(round)
              ? new LedgerEvent.RoundAborted(round, id, AbortReason.TOO_FEW_ACCEPTED)
              : new LedgerEvent.VersionFinal(base + 1, model, Digest.NONE, models[base], id, 1));
      return all;
    }

    /** The form of one; what it signs does not matter here. */
    private static byte[] signature(long number) {
      byte[] all = Arrays.copyOf(bytes("r", number, 32), 65);
      System.arraycopy(bytes("s", number, 32), 0, all, 32, 32);
      all[0] = 1;
      all[32] = 1;
      all[64] = 27;
      return all;
    }
  }
}
