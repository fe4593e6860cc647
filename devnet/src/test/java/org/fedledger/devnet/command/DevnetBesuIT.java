package org.fedledger.devnet.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.besu.StandInHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person types them, where BESU_HOME names a stand-in. */
@Timeout(300)
class DevnetBesuIT {

  /** What a command that has ended left. */
  private record Ended(int exitCode, String result, String told) {
    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(result);
    }
  }

  @TempDir Path folder;

  private StandInHome besu;
  private Map<String, String> environment;

  @BeforeEach
  void make() throws Exception {
    besu = StandInHome.in(folder.resolve("besu"));
    environment = besu.environment();
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    for (String each : List.of("one", "two")) {
      if (Files.exists(folder.resolve(each))) {
        devnet("down", each);
      }
    }
  }

  private Ended run(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dfedledger.home=" + System.getProperty("fedledger.home"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DevnetMain.class.getName());
    command.addAll(Arrays.asList(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Ended(exitCode, Files.readString(out), Files.readString(err));
  }

  private Ended devnet(String command, String network, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("devnet", command));
    words.addAll(List.of("--dir", folder.resolve(network).toString(), "--json"));
    words.addAll(Arrays.asList(more));
    return run(words.toArray(String[]::new));
  }

  private Ended up(String network, int validators) throws Exception {
    Ended up =
        devnet("up", network, "--chain", "besu", "--validators", validators + "", "--detach");
    assertThat(up.exitCode()).as(up.told()).isZero();
    return up;
  }

  private static List<ProcessHandle> processes(Ended up) throws Exception {
    List<ProcessHandle> all = new ArrayList<>();
    for (JsonNode validator : up.json().get("validators")) {
      ProcessHandle.of(validator.get("process").longValue()).ifPresent(all::add);
    }
    return all;
  }

  private static List<String> texts(JsonNode validators, String key) {
    return StreamSupport.stream(validators.spliterator(), false)
        .map(v -> v.get(key).asText())
        .toList();
  }

  @Test
  void startsShowsEndsAndGoesOn() throws Exception {
    Ended up = up("one", 4);
    assertThat(up.told())
        .contains("Starting 4 validators of Besu 99.1.0 (BESU_HOME)")
        .contains("  validator-4 0x")
        .contains("3 peers, block ");
    assertThat(up.json().get("chain").textValue()).isEqualTo("besu");

    Ended status = devnet("status", "one");
    assertThat(status.exitCode()).isZero();
    assertThat(status.json().get("up").booleanValue()).isTrue();
    JsonNode validators = status.json().get("validators");
    assertThat(texts(validators, "name"))
        .containsExactly("validator-1", "validator-2", "validator-3", "validator-4");
    for (JsonNode validator : validators) {
      assertThat(validator.get("up").booleanValue()).isTrue();
      assertThat(validator.get("height").longValue()).isPositive();
      assertThat(validator.get("peers").intValue()).isEqualTo(3);
      assertThat(validator.get("rpc").textValue()).startsWith("http://127.0.0.1:");
    }

    List<ProcessHandle> processes = processes(up);
    assertThat(devnet("down", "one").json().get("ended").booleanValue()).isTrue();
    assertThat(processes).hasSize(4).noneMatch(ProcessHandle::isAlive);
    assertThat(devnet("status", "one").exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);

    Ended again = devnet("up", "one", "--chain", "besu", "--detach");
    for (String same : List.of("name", "address", "rpc", "p2p")) {
      assertThat(texts(again.json().get("validators"), same))
          .isEqualTo(texts(up.json().get("validators"), same));
    }
  }

  @Test
  void endsItsOwnNetworkAndNoOther() throws Exception {
    List<ProcessHandle> one = processes(up("one", 1));
    List<ProcessHandle> two = processes(up("two", 1));
    devnet("down", "one");
    assertThat(one).noneMatch(ProcessHandle::isAlive);
    assertThat(two).allMatch(ProcessHandle::isAlive);
  }

  @Test
  void leavesNothingWhenItsHolderIsKilled() throws Exception {
    Ended up = up("one", 2);
    ProcessHandle holder = ProcessHandle.of(up.json().get("process").longValue()).orElseThrow();
    List<ProcessHandle> processes = processes(up);
    holder.destroyForcibly();
    devnet("down", "one");
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(folder.resolve("one/network.json")).doesNotExist();
  }

  private static void end(ProcessHandle validator) throws Exception {
    validator.destroyForcibly();
    validator.onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void tellsWhichValidatorIsDownWhileTheOthersMakeBlocks() throws Exception {
    end(processes(up("one", 4)).get(1));
    Ended status = devnet("status", "one");
    assertThat(status.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(texts(status.json().get("validators"), "up"))
        .containsExactly("true", "false", "true", "true");
    assertThat(status.json().at("/validators/1/height").isNull()).isTrue();
    assertThat(run("devnet", "status", "--dir", folder.resolve("one").toString()).result())
        .contains("it is up: 3 of 4 answer, 3 are needed; newest block ")
        .containsPattern("  validator-2 0x\\S+ at \\S+ has ended");
  }

  @Test
  void takesNoneThatIsBusyForOneThatIsDead() throws Exception {
    up("one", 1);
    besu.drop(3);
    Ended status = devnet("status", "one");
    assertThat(status.exitCode()).as(status.told()).isEqualTo(ExitCode.DONE);
    assertThat(status.json().at("/validators/0/up").booleanValue()).isTrue();
  }

  @Test
  void tellsAChainThatStandsStillFromOneThatIsUpAndRestartsIt() throws Exception {
    Ended up = up("one", 4);
    List<ProcessHandle> before = processes(up);
    end(before.get(1));
    end(before.get(2));

    Ended two = run("devnet", "status", "--dir", folder.resolve("one").toString());
    assertThat(two.exitCode()).as("its last block is not old yet").isEqualTo(ExitCode.HALTED);
    assertThat(two.result())
        .containsPattern("it stands still: 2 of 4 answer, 3 are needed; (new|no )[^;]+ s");
    assertThat(two.told()).contains("'fedledger devnet restart --validator K' starts one");

    besu.age(403);
    Ended three = devnet("restart", "one", "--validator", "2");
    assertThat(three.exitCode()).as(three.told()).isEqualTo(ExitCode.HALTED);
    assertThat(three.json().get("answering").intValue()).isEqualTo(3);
    assertThat(three.json().get("halted").booleanValue()).isTrue();
    assertThat(three.json().get("blockAgeSeconds").longValue()).isBetween(403L, 703L);
    assertThat(processes(three).get(0)).isEqualTo(before.get(0));
    assertThat(processes(three).get(1)).isNotEqualTo(before.get(1));
    assertThat(three.told())
        .contains("  validator-2 0x")
        .containsPattern("once 3 answer, the chain goes on within (508|1020) s by itself")
        .contains("'fedledger devnet restart' starts all validators anew, and it goes on at once");

    besu.age(0);
    Ended all = devnet("restart", "one");
    assertThat(all.exitCode()).as(all.told()).isEqualTo(ExitCode.DONE);
    assertThat(all.json().get("answering").intValue()).isEqualTo(4);
    assertThat(all.json().get("block").longValue())
        .isGreaterThan(three.json().get("block").longValue());
    assertThat(before).noneMatch(ProcessHandle::isAlive);
    assertThat(processes(all)).allMatch(ProcessHandle::isAlive);

    devnet("down", "one");
    assertThat(processes(all)).isEmpty();
  }

  @Test
  void restartsNothingThatIsNotThere() throws Exception {
    Ended none = devnet("restart", "one");
    assertThat(none.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(none.told()).contains("'fedledger devnet up' starts it");
    up("one", 1);
    Ended second = devnet("restart", "one", "--validator", "2");
    assertThat(second.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(second.told()).contains("--validator is from 1 to 1, not 2");
  }

  @Test
  void saysWhatToDoWhereThereIsNoBesu() throws Exception {
    environment.remove("BESU_HOME");
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    for (Ended ended :
        List.of(
            devnet("up", "one", "--chain", "besu"),
            devnet("up", "one", "--chain", "besu", "--detach"),
            run("demo", "--chain", "besu"))) {
      assertThat(ended.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
      assertThat(ended.told().lines())
          .singleElement()
          .asString()
          .contains("BESU_HOME", "--besu-archive", "--docker");
    }
    assertThat(folder.resolve("one")).doesNotExist();
  }

  @Test
  void saysWhyItDidNotComeUp() throws Exception {
    up("one", 1);
    devnet("down", "one");
    Path genesis = folder.resolve("one/genesis.json");
    Files.writeString(genesis, Files.readString(genesis).replace("30000", "29999"));
    Ended changed = devnet("up", "one", "--chain", "besu", "--detach");
    assertThat(changed.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(changed.told()).contains("Supplied genesis block does not match chain data");

    Ended other = devnet("up", "one", "--chain", "besu", "--validators", "2");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.told()).contains("began with 1 validators, not 2");
  }

  @Test
  void saysWhatUsageIsRight() throws Exception {
    Ended anvil = devnet("up", "one", "--validators", "4");
    assertThat(anvil.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(anvil.told()).contains("--validators goes with --chain besu");
    Ended many = devnet("up", "one", "--chain", "besu", "--validators", "17");
    assertThat(many.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(many.told()).contains("validators are 1 to 16, not 17");
  }
}
