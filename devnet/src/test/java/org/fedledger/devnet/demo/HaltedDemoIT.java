package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.ledger.AnvilControl;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round.Phase;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chain that halts in mid-round changes nothing but the time it takes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HaltedDemoIT {

  private static final Duration SOON = Duration.ofMinutes(2);

  @Test
  void makesTheSameVersionsWhenTheChainHaltsInMidRound() throws Exception {
    Networks.requireAnvil();
    DemoRun undisturbed = DemoRun.of("--rounds", "2", "--json").ending(ExitCode.DONE);
    Told told = new Told();
    CompletableFuture<DemoRun> disturbed =
        CompletableFuture.supplyAsync(() -> DemoRun.telling(told, "--rounds", "2", "--json"));

    haltInTheFirstRound(told.place.get(SOON.toSeconds(), TimeUnit.SECONDS));

    DemoRun halted = disturbed.get(SOON.toSeconds(), TimeUnit.SECONDS).ending(ExitCode.DONE);
    assertThat(halted.digests()).hasSize(2).isEqualTo(undisturbed.digests());
    assertThat(halted.report().at("/audit/verified").booleanValue()).isTrue();
  }

  private static void haltInTheFirstRound(Place place) throws Exception {
    URI webSocket = URI.create("ws" + place.rpc().toString().substring("http".length()));
    try (AnvilControl chain = new AnvilControl(place.rpc());
        Rpc rpc = new Rpc(place.rpc())) {
      chain.mineEverySecond();
      try (LedgerFollower follower =
          new LedgerFollower(
              new Web3jLedgerReader(rpc, place.contract(), Optional.of(webSocket)), 0)) {
        follower.start();
        follower.await(s -> s.round().isPresent(), SOON);
        chain.halt();
        chain.awaitWaiting(3);
        assertThat(follower.refresh().round().orElseThrow().phase()).isEqualTo(Phase.COMMITTING);
        chain.passTime(Duration.ofMinutes(5));
        chain.mineEverySecond();
      }
    }
  }

  private record Place(URI rpc, Address contract) {}

  /** What the demo says, and where it said that its chain is. */
  private static final class Told extends Writer {

    private static final Pattern CHAIN =
        Pattern.compile("at (http://127.0.0.1:[0-9]+); contract (0x[0-9a-f]{40})\\R");

    private final CompletableFuture<Place> place = new CompletableFuture<>();
    private final StringWriter all = new StringWriter();

    @Override
    public void write(char[] text, int from, int length) {
      all.write(text, from, length);
      Matcher matcher = CHAIN.matcher(all.getBuffer());
      if (!place.isDone() && matcher.find()) {
        place.complete(new Place(URI.create(matcher.group(1)), Address.of(matcher.group(2))));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
      all.close();
    }

    @Override
    public String toString() {
      return all.toString();
    }
  }
}
