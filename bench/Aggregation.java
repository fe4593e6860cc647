import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.fedledger.rule.AggregationResult;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * How fast fedavg/1 reads updates, as a ratio to copying memory and to SHA-256 in the same run, and
 * whether the heap it needs grows with their number.
 *
 * <p>Arguments: megabytes of one update (default 64), numbers of updates (default 5 20).
 */
final class Aggregation {

  private static final FederationId FEDERATION = new FederationId(new byte[32]);

  public static void main(String[] args) throws Exception {
    int megabytes = args.length > 0 ? Integer.parseInt(args[0]) : 64;
    int[] counts = {5, 20};
    for (int i = 1; i < args.length; i++) {
      counts[Math.min(i - 1, 1)] = Integer.parseInt(args[i]);
    }
    double copy = gigabytesASecondOfCopying();
    double sha = gigabytesASecondOfSha256();
    System.out.printf(Locale.ROOT, "memory copy %.2f GB/s, SHA-256 %.2f GB/s%n", copy, sha);
    Path folder = Files.createTempDirectory("fedledger-bench");
    try {
      for (int threads : new int[] {1, 2}) {
        for (int count : counts) {
          measure(folder, megabytes, count, threads, copy, sha);
        }
      }
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void measure(
      Path folder, int megabytes, int count, int threads, double copy, double sha)
      throws IOException {
    long elements = (long) megabytes << 18;
    Path base = file(folder, "base", elements, 0.5f);
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] address = new byte[Address.LENGTH];
      address[Address.LENGTH - 1] = (byte) i;
      updates.add(
          new WeightedUpdate(
              new Address(address), 100 + i, file(folder, "update" + i, elements, i * 0.01f)));
    }
    aggregate(folder, base, updates, threads);
    System.gc();
    long before = used();
    long start = System.nanoTime();
    AggregationResult result = aggregate(folder, base, updates, threads);
    double seconds = (System.nanoTime() - start) / 1e9;
    double rate = (double) count * (elements << 2) / seconds / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d updates of %d MB, %d thread(s): %.2f s, %.2f GB/s = %.2f of memory copy, %.2f of"
            + " SHA-256; heap grew %d MB; %s%n",
        count,
        megabytes,
        threads,
        seconds,
        rate,
        rate / copy,
        rate / sha,
        Math.max(0, used() - before) >> 20,
        ((AggregationResult.Written) result).model().digest().toString().substring(0, 12));
  }

  private static AggregationResult aggregate(
      Path folder, Path base, List<WeightedUpdate> updates, int threads) throws IOException {
    return RuleApplication.run(
        new FedAvg(1),
        new RuleApplication.Source(base, Optional.empty(), updates),
        new RuleApplication.NewVersion(FEDERATION, 1, Digest.NONE, Digest.NONE),
        new RuleApplication.Target(folder.resolve("out"), folder.resolve("state")),
        threads);
  }

  private static Path file(Path folder, String name, long elements, float value)
      throws IOException {
    Path file = folder.resolve(name);
    SafetensorsHeader header =
        new SafetensorsHeader(
            Map.of(), List.of(TensorSpec.of("layer0.weight", ElementType.F32, elements)));
    float[] block = new float[1 << 16];
    for (int i = 0; i < block.length; i++) {
      block[i] = value + i * 1e-6f;
    }
    try (SafetensorsWriter out = SafetensorsWriter.create(file, header)) {
      for (long left = elements; left > 0; left -= block.length) {
        out.floats(block, (int) Math.min(left, block.length));
      }
      out.commit();
    }
    return file;
  }

  private static double gigabytesASecondOfCopying() {
    byte[] from = new byte[64 << 20];
    byte[] to = new byte[64 << 20];
    double best = 0;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      System.arraycopy(from, 0, to, 0, from.length);
      best = Math.max(best, from.length / (double) (System.nanoTime() - start));
    }
    return best;
  }

  private static double gigabytesASecondOfSha256() throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    ByteBuffer buffer = ByteBuffer.allocate(32 << 20);
    double best = 0;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      sha256.update(buffer.rewind());
      best = Math.max(best, buffer.capacity() / (double) (System.nanoTime() - start));
    }
    return best;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
