package org.fedledger.index;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What can be asked by name, with parameters that are text: the form in which programs ask on the
 * command line and over HTTP, and get the same document.
 */
public enum Question {
  FEDERATION(Subject.NONE, Set.of()) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries.founded().map(QueryResultsJson::of);
    }
  },
  ROUNDS(Subject.NONE, Asked.filters("participant", "status")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.rounds(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  ROUND(Subject.NUMBER, Asked.PAGING) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries
          .round(asked.number(), asked.paging())
          .map(
              found -> {
                ObjectNode out = QueryResultsJson.object();
                out.set("round", QueryResultsJson.of(found.round()));
                QueryResultsJson.list(out, "publications", found.attempts(), QueryResultsJson::of);
                QueryResultsJson.page(out, found.commitments(), QueryResultsJson::of);
                return out;
              });
    }
  },
  VERSIONS(Subject.NONE, Asked.filters("participant")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.versions(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  VERSION(Subject.NUMBER, Asked.PAGING) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries
          .version(asked.number(), asked.paging())
          .map(
              found -> {
                ObjectNode out = QueryResultsJson.object();
                out.set("version", QueryResultsJson.of(found.version()));
                QueryResultsJson.page(out, found.updates(), QueryResultsJson::of);
                return out;
              });
    }
  },
  PARTICIPANTS(Subject.NONE, Asked.paged("status")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.participants(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  PARTICIPANT(Subject.ADDRESS, Asked.filters("status")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries
          .participant(asked.address(), asked.filter(), asked.paging())
          .map(
              found -> {
                ObjectNode out = QueryResultsJson.object();
                out.set("participant", QueryResultsJson.of(found.participant()));
                QueryResultsJson.list(out, "changes", found.changes(), QueryResultsJson::of);
                QueryResultsJson.page(out, found.commitments(), QueryResultsJson::of);
                return out;
              });
    }
  },
  /** Of offices, keys, budgets and bases: approvals, recoveries and their vetoes among them. */
  CHANGES(Subject.NONE, Asked.filters("account", "kind")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.changes(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  REJECTIONS(Subject.NONE, Asked.filters("participant", "reason")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      QueryResults.Rejections found = queries.rejections(asked.filter(), asked.paging());
      ObjectNode out = QueryResultsJson.object();
      QueryResultsJson.list(out, "reasons", found.reasons(), QueryResultsJson::of);
      QueryResultsJson.page(out, found.updates(), QueryResultsJson::of);
      return Optional.of(out);
    }
  },
  GAS(Subject.NONE, Set.of("participant", "kind", "fromRound", "toRound", "fromTime", "toTime")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      List<QueryResults.Gas> found = queries.gas(asked.filter());
      ObjectNode out = QueryResultsJson.object();
      QueryResultsJson.list(out, "items", found, QueryResultsJson::of);
      out.put("transactions", found.stream().mapToLong(QueryResults.Gas::transactions).sum());
      out.put("gas", found.stream().mapToLong(QueryResults.Gas::gas).sum());
      return Optional.of(out);
    }
  },
  ATTESTATIONS(Subject.NONE, Asked.filters("verifier", "status")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.attestations(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  PRIVACY(Subject.NONE, Asked.filters("participant")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return page(queries.privacy(asked.filter(), asked.paging()), QueryResultsJson::of);
    }
  },
  /** Of a version: the updates that went into it through all its ancestors. */
  LINEAGE(Subject.NUMBER, Asked.filters("participant")) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries
          .lineage(asked.number(), asked.filter(), asked.paging())
          .map(
              found -> {
                ObjectNode out = QueryResultsJson.object();
                out.set("version", QueryResultsJson.of(found.version()));
                QueryResultsJson.page(out, found.updates(), QueryResultsJson::of);
                return out;
              });
    }
  },
  /** Of an update: the versions it is in. */
  UPDATE_LINEAGE(Subject.DIGEST, Asked.PAGING) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries.reach(asked.digest(), asked.paging()).map(Question::reach);
    }
  },
  /** Of a participant: the versions its updates are in. */
  PARTICIPANT_LINEAGE(Subject.ADDRESS, Asked.PAGING) {
    @Override
    Optional<ObjectNode> ask(Queries queries, Asked asked) {
      return queries.reach(asked.address(), asked.paging()).map(Question::reach);
    }
  };

  /** What a question is about. */
  public enum Subject {
    NONE,
    NUMBER,
    ADDRESS,
    DIGEST
  }

  private final Subject subject;
  private final Set<String> parameters;

  Question(Subject subject, Set<String> parameters) {
    this.subject = subject;
    this.parameters = parameters;
  }

  public Subject subject() {
    return subject;
  }

  /** The names of all parameters it takes. */
  public Set<String> parameters() {
    return parameters;
  }

  abstract Optional<ObjectNode> ask(Queries queries, Asked asked);

  /**
   * The answer as one JSON document; under {@code indexed} it says up to which block it counts.
   *
   * @param about the subject's text form; not looked at where there is none
   * @param given parameters by name
   * @return empty if the index holds no such subject
   * @throws IllegalArgumentException for a subject or a parameter that cannot be, saying why
   */
  public Optional<ObjectNode> answer(LedgerIndex index, String about, Map<String, String> given) {
    Set<String> unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(parameters);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no parameter %s here; known are %s"
              .formatted(String.join(", ", unknown), String.join(", ", new TreeSet<>(parameters))));
    }
    Asked asked = new Asked(subject, about, given);
    return index.ask(
        queries ->
            queries
                .indexedTo()
                .flatMap(
                    at ->
                        ask(queries, asked)
                            .map(
                                answer -> {
                                  ObjectNode out = QueryResultsJson.object();
                                  out.set("indexed", QueryResultsJson.of(at));
                                  out.setAll(answer);
                                  return out;
                                })));
  }

  private static <T> Optional<ObjectNode> page(
      Page<T> page, java.util.function.Function<T, ObjectNode> form) {
    ObjectNode out = QueryResultsJson.object();
    QueryResultsJson.page(out, page, form);
    return Optional.of(out);
  }

  private static ObjectNode reach(QueryResults.Reach reach) {
    ObjectNode out = QueryResultsJson.object();
    out.put("updates", reach.updates());
    QueryResultsJson.number(out, "firstVersion", reach.first());
    out.put("lastVersionWithout", reach.lastWithout());
    QueryResultsJson.page(out, reach.versions(), QueryResultsJson::of);
    return out;
  }

  /** The parameters, read. */
  static final class Asked {
    static final Set<String> PAGING = Set.of("limit", "cursor", "order");

    private final Map<String, String> given;
    private final Object subject;
    private final Filter filter;
    private final Paging paging;

    Asked(Subject subject, String about, Map<String, String> given) {
      this.given = given;
      this.subject =
          switch (subject) {
            case NONE -> "";
            case NUMBER -> number("a round or version", about);
            case ADDRESS -> Address.of(about);
            case DIGEST -> Digest.of(about);
          };
      this.filter =
          new Filter(
              text("participant")
                  .or(() -> text("verifier"))
                  .or(() -> text("account"))
                  .map(Address::of),
              bound("fromRound"),
              bound("toRound"),
              time("fromTime"),
              time("toTime"),
              text("status").or(() -> text("reason")).or(() -> text("kind")));
      this.paging =
          new Paging(
              text("limit")
                  .map(text -> (int) Math.min(Integer.MAX_VALUE, number("limit", text)))
                  .orElse(Paging.DEFAULT_LIMIT),
              text("cursor"),
              text("order").map(Asked::newestFirst).orElse(false));
    }

    static Set<String> paged(String... names) {
      Set<String> all = new TreeSet<>(PAGING);
      all.addAll(List.of(names));
      return all;
    }

    static Set<String> filters(String... names) {
      List<String> all = new ArrayList<>(List.of("fromRound", "toRound", "fromTime", "toTime"));
      all.addAll(List.of(names));
      return paged(all.toArray(String[]::new));
    }

    long number() {
      return (Long) subject;
    }

    Address address() {
      return (Address) subject;
    }

    Digest digest() {
      return (Digest) subject;
    }

    Filter filter() {
      return filter;
    }

    Paging paging() {
      return paging;
    }

    private Optional<String> text(String name) {
      return Optional.ofNullable(given.get(name));
    }

    private OptionalLong bound(String name) {
      return given.containsKey(name)
          ? OptionalLong.of(number(name, given.get(name)))
          : OptionalLong.empty();
    }

    private static long number(String what, String text) {
      if (!text.matches("0|[1-9][0-9]{0,15}")) {
        throw new IllegalArgumentException(
            "%s is a decimal number without leading zeros, not '%s'".formatted(what, text));
      }
      return Long.parseLong(text);
    }

    private OptionalLong time(String name) {
      String text = given.get(name);
      if (text == null) {
        return OptionalLong.empty();
      }
      if (text.matches("0|[1-9][0-9]{0,15}")) {
        return OptionalLong.of(Long.parseLong(text));
      }
      try {
        return OptionalLong.of(Instant.parse(text).getEpochSecond());
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "%s is seconds since 1970 UTC, or like 2026-11-21T08:00:00Z, not '%s'"
                .formatted(name, text),
            e);
      }
    }

    private static boolean newestFirst(String text) {
      return switch (text) {
        case "oldest" -> false;
        case "newest" -> true;
        default ->
            throw new IllegalArgumentException("order is oldest or newest (first), not " + text);
      };
    }
  }
}
