package org.fedledger.node.http;

import java.util.HashMap;
import java.util.Map;
import org.fedledger.index.Question;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.chain.NodeIndex.Reply;

/** Answers one question from the node's index of the ledger. */
final class AuditReads implements Endpoint {

  private final NodeIndex index;
  private final Question question;
  private final Turns turns;

  AuditReads(NodeIndex index, Question question, Turns turns) {
    this.index = index;
    this.question = question;
    this.turns = turns;
  }

  Question question() {
    return question;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException, RefusedException {
    call.requireKnownQuery(question.parameters());
    Map<String, String> given = new HashMap<>();
    for (String name : call.query().names()) {
      call.query(name, text -> text).ifPresent(text -> given.put(name, text));
    }
    try (Turns.Turn _ = turns.take()) {
      return switch (index.ask(question, subject(call), given)) {
        case Reply.Answered(var document) -> Answer.json(200, document);
        case Reply.Nothing _ ->
            Problem.NOT_FOUND.because("the ledger records nothing under that, as far as indexed");
        case Reply.Unavailable(String why) ->
            Problem.INDEX.because(why, Map.of("Retry-After", "2"));
      };
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Problem.MALFORMED.because(e.getMessage()));
    }
  }

  /** The path's variable part, where it has one. */
  private static String subject(Call call) {
    return call.parameters().values().stream().findFirst().orElse("");
  }
}
