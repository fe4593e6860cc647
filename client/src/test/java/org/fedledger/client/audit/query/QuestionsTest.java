package org.fedledger.client.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.index.Question;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** Whatever an index can be asked, it is asked on the command line by a command of its own. */
class QuestionsTest {

  private static final String ADDRESS = "0x" + "aa".repeat(20);
  private static final String DIGEST = "0x" + "bb".repeat(32);
  private static final String RANGE = " --from-round 1 --to-round 2 --from-time 3 --to-time 4";
  private static final String PAGES = " --limit 5 --cursor x --newest-first";

  /** A command for each question, with every option that it has. */
  private static final Map<Question, String> COMMANDS =
      Map.ofEntries(
          Map.entry(Question.FEDERATION, "federation"),
          Map.entry(Question.ROUNDS, "rounds --participant x --status final" + RANGE + PAGES),
          Map.entry(Question.ROUND, "round 1" + PAGES),
          Map.entry(Question.VERSIONS, "versions --participant x" + RANGE + PAGES),
          Map.entry(Question.VERSION, "version 1" + PAGES),
          Map.entry(Question.PARTICIPANTS, "participants --status member" + PAGES),
          Map.entry(
              Question.PARTICIPANT, "participant " + ADDRESS + " --status used" + RANGE + PAGES),
          Map.entry(Question.CHANGES, "changes --account x --kind k" + RANGE + PAGES),
          Map.entry(Question.REJECTIONS, "rejections --participant x --reason r" + RANGE + PAGES),
          Map.entry(Question.GAS, "gas --participant x --kind k" + RANGE),
          Map.entry(
              Question.ATTESTATIONS, "attestations --verifier x --status match" + RANGE + PAGES),
          Map.entry(Question.PRIVACY, "privacy --participant x" + RANGE + PAGES),
          Map.entry(Question.LINEAGE, "lineage 1" + RANGE + PAGES),
          Map.entry(Question.UPDATE_LINEAGE, "lineage --update " + DIGEST + PAGES),
          Map.entry(Question.PARTICIPANT_LINEAGE, "lineage --participant " + ADDRESS + PAGES));

  @Test
  void areAllAsked() {
    assertThat(COMMANDS.keySet()).isEqualTo(EnumSet.allOf(Question.class));
  }

  @ParameterizedTest
  @EnumSource(Question.class)
  void areAskedWithAllTheirParameters(Question question) {
    QueryCommand command = parsed(COMMANDS.get(question));
    Map<String, String> given = new TreeMap<>();
    command.addTo(given);
    Set<String> expected = new TreeSet<>(question.parameters());
    if (question == Question.LINEAGE) {
      // There the option asks what a participant is in.
      expected.remove("participant");
    }
    assertThat(command.question()).isEqualTo(question);
    assertThat(given.keySet()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Question.class)
  void areTaught(Question question) {
    CommandRun help = CommandRun.of("audit", COMMANDS.get(question).split(" ")[0], "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example:", "--json", "--rpc");
  }

  private static QueryCommand parsed(String words) {
    String all = "audit %s --rpc http://127.0.0.1:1 --contract %s".formatted(words, ADDRESS);
    CommandLine.ParseResult result = ClientMain.commandLine().parseArgs(all.split(" "));
    return (QueryCommand) result.subcommand().subcommand().commandSpec().userObject();
  }
}
