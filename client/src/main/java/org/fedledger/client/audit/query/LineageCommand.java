package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lineage",
    description = {
      "List every update that went into a version through all its ancestors;",
      "or every version that an update or a participant is in, and the last one free of it, as a"
          + " withdrawal of consent needs."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit lineage 7 --rpc URL --contract 0x…",
      "         fedledger audit lineage --participant 0x… --rpc URL --contract 0x…"
    })
public final class LineageCommand extends QueryCommand {

  static final class About {
    @Parameters(paramLabel = "V", arity = "0..1", description = "a version, from 0")
    private String version;

    @Option(names = "--update", paramLabel = "DIGEST", description = "an update's digest")
    private String update;

    @Option(names = "--participant", paramLabel = "0x…", description = "a participant")
    private String participant;
  }

  @ArgGroup(multiplicity = "1")
  private About about;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    if (about.version != null) {
      return Question.LINEAGE;
    }
    return about.update != null ? Question.UPDATE_LINEAGE : Question.PARTICIPANT_LINEAGE;
  }

  @Override
  String subject() {
    return switch (question()) {
      case LINEAGE -> about.version;
      case UPDATE_LINEAGE -> about.update.toLowerCase(Locale.ROOT);
      default -> about.participant.toLowerCase(Locale.ROOT);
    };
  }

  @Override
  String absent() {
    return switch (question()) {
      case LINEAGE -> "version %s is not final yet".formatted(about.version);
      case UPDATE_LINEAGE -> "no update %s was ever committed".formatted(about.update);
      default -> "%s was never admitted as a participant".formatted(about.participant);
    };
  }

  @Override
  void addTo(Map<String, String> parameters) {
    // Of a version alone; with another subject the index says that it does not know them.
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    if (question() == Question.LINEAGE) {
      JsonNode version = answer.get("version");
      line("version %s is made of %s updates", version.get("version"), version.get("updates"));
      line("");
      list(Tables.updates(), answer);
      return;
    }
    JsonNode last = answer.get("lastVersionWithout");
    if (answer.get("firstVersion").isNull()) {
      line("in no version; the last one, %s, is free of it", last);
      return;
    }
    line(
        "in every version from %s on; the last one free of it is %s",
        answer.get("firstVersion"), last);
    line("");
    list(Tables.reachedVersions(), answer);
  }
}
