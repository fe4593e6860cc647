package org.fedledger.devnet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.fedledger.devnet.besu.BesuKind;
import org.fedledger.devnet.besu.BesuOptions;
import org.fedledger.devnet.network.AnvilKind;
import org.fedledger.devnet.network.Network;
import org.fedledger.devnet.network.NetworkKind;
import org.junit.jupiter.api.Assumptions;

/**
 * The network that tests run on: Anvil, or with {@code -Dfedledger.network=besu} the Besu that
 * {@code BESU_HOME} names. What a network cannot be had for is skipped, with the reason.
 */
public final class Networks {

  private static final String PROPERTY = "fedledger.network";
  private static final String BESU_HOME = "BESU_HOME";

  private Networks() {}

  private static String chosen() {
    return System.getProperty(PROPERTY, AnvilKind.NAME);
  }

  /** The kind that the property names. */
  public static NetworkKind kind() {
    return switch (chosen()) {
      case AnvilKind.NAME -> new AnvilKind();
      case BesuKind.NAME -> besu();
      default ->
          throw new IllegalArgumentException(
              "-D%s takes anvil or besu, not '%s'".formatted(PROPERTY, chosen()));
    };
  }

  /** Whether tests run on Anvil. */
  public static boolean isAnvil() {
    return chosen().equals(AnvilKind.NAME);
  }

  /** Besu, whatever the property says; the test is skipped where there is none. */
  public static NetworkKind besu() {
    String home = System.getenv().getOrDefault(BESU_HOME, "");
    Assumptions.assumeFalse(
        home.isEmpty(), "BESU_HOME names no Besu, on which this test would run");
    return new BesuKind(OptionalInt.empty(), BesuOptions.NONE, System.getenv());
  }

  /** Skips a test that works by calls which only Anvil has. */
  public static void requireAnvil() {
    Assumptions.assumeTrue(isAnvil(), "this test changes time or blocks, which only Anvil allows");
  }

  /** The words of a command line that choose the network. */
  public static List<String> words() {
    return kind().words();
  }

  /** A network that is up. */
  public static Network start(Path folder) throws IOException, InterruptedException {
    return start(kind(), folder);
  }

  public static Network start(NetworkKind kind, Path folder)
      throws IOException, InterruptedException {
    Network network = kind.in(folder, OptionalInt.empty(), System.err::println);
    network.start();
    return network;
  }
}
