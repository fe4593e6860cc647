package org.fedledger.contracts;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.retry.Backoff;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Signs and sends one account's transactions, one at a time, and waits for each.
 *
 * <p>What was signed is written down first. While it is in doubt what became of it, its receipt is
 * looked for, and the very same is sent again; another is signed only once it is known that the
 * first never comes into a block, since another has its nonce. Who asks for the same call again
 * after an end that was not known gets the first one's receipt.
 *
 * <p>The node is asked for the nonce every time, so that nothing leaves a gap.
 */
final class TransactionSender {

  private static final Duration FIRST_LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** Of the time after which more is offered: when a node that lost a transaction gets it again. */
  private static final int LOOKS_WHILE_STUCK = 4;

  /** Looks before what is not there is believed to be nowhere; several backends differ. */
  private static final int LOOKS = 6;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Blocks that must pass a transaction by before more is offered. */
  private static final long PASSED_BY = 2;

  /** What became of a transaction that was sent. */
  sealed interface Sent {
    record Included(TransactionReceipt receipt) implements Sent {}

    record Refused(Outcome.Refused why) implements Sent {}
  }

  /** How the sending of one signed transaction ended. */
  private sealed interface Fate {

    record Mined(TransactionReceipt receipt) implements Fate {}

    /** Another one of the account has its nonce, and it never comes into a block. */
    record Displaced() implements Fate {}

    /** No node has it, and none takes it. */
    record NotTaken(NodeWords.Answer meaning, String why) implements Fate {}
  }

  private final Rpc rpc;
  private final long chainId;
  private final Credentials credentials;
  private final Address account;
  private final TransactionTerms terms;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  TransactionSender(Rpc rpc, long chainId, SigningKey key, TransactionTerms terms) {
    this.rpc = rpc;
    this.chainId = chainId;
    this.credentials = Credentials.create(ECKeyPair.create(new BigInteger(1, key.revealSecret())));
    this.account = key.address();
    this.terms = terms;
  }

  /**
   * @param to empty for a deployment
   * @param action what it does, in a word
   * @throws LedgerUnreachableException if the node is away or the transaction's fate unknown; names
   *     its hash if it was signed
   */
  Sent send(Optional<Address> to, String data, String action) {
    return alone(deadline -> sendOrTakeUp(new Call(to, data, action, Optional.empty()), deadline));
  }

  /**
   * Sends a call without asking first whether it would be refused, so that a refusal stands in a
   * block.
   *
   * @param gasLimit enough for what the call does
   * @throws LedgerUnreachableException as {@link #send} does
   */
  Sent sendUnasked(Address to, String data, String action, long gasLimit) {
    Optional<BigInteger> gas = Optional.of(BigInteger.valueOf(gasLimit));
    return alone(deadline -> sendOrTakeUp(new Call(Optional.of(to), data, action, gas), deadline));
  }

  /**
   * Waits for one that was sent before, by this process or another.
   *
   * @throws LedgerUnreachableException as {@link #send} does
   */
  Sent resume(TransactionHash hash) {
    return alone(deadline -> resume(hash, deadline));
  }

  /** Deployments of this account that were signed, and of which nobody has waited for the end. */
  List<SignedTransaction> unsettledDeployments() {
    return alone(
        _ ->
            unsettled().stream()
                .filter(each -> each.creates().isPresent())
                .filter(each -> !isDisplaced(forms(each)))
                .toList());
  }

  private interface Work<T> {
    T until(long deadline);
  }

  private <T> T alone(Work<T> work) {
    oneAtATime.lock();
    try {
      return work.until(System.nanoTime() + terms.patience().toNanos());
    } finally {
      oneAtATime.unlock();
    }
  }

  /**
   * @param gas as much as is given, without asking what it takes; empty to ask
   */
  private record Call(Optional<Address> to, String data, String action, Optional<BigInteger> gas) {}

  private List<SignedTransaction> unsettled() {
    return terms.journal().unsettled().stream()
        .filter(each -> each.chainId() == chainId && each.sender().equals(account))
        .toList();
  }

  private Sent sendOrTakeUp(Call call, long deadline) {
    Optional<SignedTransaction> begun = Optional.empty();
    for (SignedTransaction each : unsettled()) {
      if (each.does(call.to(), call.data())) {
        begun = begun.or(() -> Optional.of(each));
      } else {
        List<SignedTransaction> forms = forms(each);
        if (receipt(forms).isPresent() || isDisplaced(forms)) {
          terms.journal().settle(each);
        }
      }
    }
    if (begun.isPresent()
        && bring(forms(begun.get()), true, deadline)
            instanceof Fate.Mined(TransactionReceipt receipt)) {
      return included(call, receipt);
    }
    return sendAnew(call, deadline);
  }

  private Sent sendAnew(Call call, long deadline) {
    Backoff pauses = new Backoff(FIRST_LOOK, LONGEST_PAUSE);
    while (true) {
      BigInteger gas;
      switch (gas(call)) {
        case Estimate.Enough(BigInteger enough) -> gas = enough;
        case Estimate.Refusal(Outcome.Refused why) -> {
          return new Sent.Refused(why);
        }
      }
      SignedTransaction signed =
          SignedTransaction.sign(
              chainId,
              call.action(),
              Fees.asked(rpc)
                  .transaction(
                      chainId,
                      nextNonce(),
                      gas,
                      call.to().map(Address::toString).orElse(null),
                      call.data()),
              credentials);
      terms.journal().keep(signed);
      terms.told().accept(signed);
      switch (bring(forms(signed), false, deadline)) {
        case Fate.Mined(TransactionReceipt receipt) -> {
          return included(call, receipt);
        }
        case Fate.NotTaken(NodeWords.Answer meaning, String why) -> {
          if (meaning == NodeWords.Answer.NO_FUNDS) {
            return new Sent.Refused(noFunds(signed));
          }
          throw notTaken(why);
        }
        case Fate.Displaced _ -> {
          if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
            throw notTaken("others of the account took each of its nonces");
          }
          LockSupport.parkNanos(pauses.next().toNanos());
        }
      }
    }
  }

  private Sent resume(TransactionHash hash, long deadline) {
    Optional<SignedTransaction> kept =
        unsettled().stream().filter(each -> each.hash().equals(hash)).findFirst();
    if (kept.isPresent()) {
      return switch (bring(forms(kept.get()), true, deadline)) {
        case Fate.Mined(TransactionReceipt receipt) -> resumed(receipt);
        case Fate.Displaced _ ->
            new Sent.Refused(new Outcome.Refused("Displaced", List.of(hash.toString())));
        case Fate.NotTaken(NodeWords.Answer _, String why) -> throw notTaken(why);
      };
    }
    Backoff looks = new Backoff(FIRST_LOOK, LONGEST_PAUSE);
    while (true) {
      Optional<TransactionReceipt> receipt = receipt(hash);
      if (receipt.isPresent()) {
        return resumed(receipt.get());
      }
      if (!isKnown(hash)) {
        return new Sent.Refused(
            new Outcome.Refused("UnknownTransaction", List.of(hash.toString())));
      }
      if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
        throw unknown(hash, "it waits for a block");
      }
      LockSupport.parkNanos(looks.next().toNanos());
    }
  }

  private static Sent resumed(TransactionReceipt receipt) {
    return receipt.isStatusOK()
        ? new Sent.Included(receipt)
        : new Sent.Refused(
            new Outcome.Refused("Failed", List.of(receipt.getTransactionHash()))
                .costing(receipt.getGasUsed().longValueExact()));
  }

  /**
   * It, and what was offered for the same with the same nonce, the most last. Another call with
   * that nonce is none of them: what became of the one says nothing good of the other.
   */
  private List<SignedTransaction> forms(SignedTransaction one) {
    List<SignedTransaction> forms = new ArrayList<>(List.of(one));
    gather(forms);
    return forms;
  }

  /** Adds what was offered meanwhile, as another process of the account may have. */
  private void gather(List<SignedTransaction> forms) {
    for (SignedTransaction each : unsettled()) {
      if (each.isFormOf(forms.getFirst())
          && forms.stream().noneMatch(known -> known.hash().equals(each.hash()))) {
        forms.add(each);
      }
    }
    forms.sort(Comparator.comparing(form -> form.fees().most()));
  }

  /** What a call would cost, or why it would be refused. */
  private sealed interface Estimate {
    record Enough(BigInteger gas) implements Estimate {}

    record Refusal(Outcome.Refused why) implements Estimate {}
  }

  private Estimate gas(Call call) {
    if (call.gas().isPresent()) {
      return new Estimate.Enough(call.gas().get());
    }
    var estimate = rpc.send(rpc.web3j().ethEstimateGas(request(call)));
    if (estimate.hasError()) {
      return new Estimate.Refusal(refusal(estimate.getError()));
    }
    if (estimate.getResult() == null) {
      throw notTaken("it does not say what it would cost");
    }
    // The estimate holds for the newest block; the one that includes it may differ a little.
    return new Estimate.Enough(
        estimate.getAmountUsed().multiply(BigInteger.valueOf(13)).divide(BigInteger.TEN));
  }

  private Transaction request(Call call) {
    return new Transaction(
        credentials.getAddress(),
        null,
        null,
        null,
        call.to().map(Address::toString).orElse(null),
        BigInteger.ZERO,
        call.data());
  }

  private Outcome.Refused refusal(Response.Error error) {
    String data = RevertReasons.dataOf(error);
    String message = error.getMessage() == null ? "" : error.getMessage();
    if (data != null || message.toLowerCase(Locale.ROOT).contains("revert")) {
      return RevertReasons.of(data, message);
    }
    throw notTaken(message);
  }

  private Sent included(Call call, TransactionReceipt receipt) {
    if (receipt.isStatusOK()) {
      return new Sent.Included(receipt);
    }
    return new Sent.Refused(whyFailed(call, receipt));
  }

  /** A receipt does not tell why; calling again does, as long as nothing else has changed. */
  private Outcome.Refused whyFailed(Call call, TransactionReceipt receipt) {
    var why = rpc.send(rpc.web3j().ethCall(request(call), DefaultBlockParameterName.LATEST));
    if (!why.hasError() && !why.isReverted()) {
      throw new LedgerUnreachableException(
          "transaction %s failed in its block and would succeed now; ask again"
              .formatted(receipt.getTransactionHash()),
          null);
    }
    return RevertReasons.of(why).costing(receipt.getGasUsed().longValueExact());
  }

  /** The next that is free: what waits counts, also where the node forgets to count it. */
  private long nextNonce() {
    long asked = nonce(DefaultBlockParameterName.PENDING);
    for (SignedTransaction each : unsettled()) {
      if (each.nonce() == asked && isKnown(each.hash())) {
        asked++;
      }
    }
    return asked;
  }

  private long nonce(DefaultBlockParameterName block) {
    return rpc.value(
        rpc.web3j().ethGetTransactionCount(credentials.getAddress(), block),
        answer -> answer.getTransactionCount().longValueExact());
  }

  /** Sends one as {@link #sendUntilOver} does, and forgets it then. */
  private Fate bring(List<SignedTransaction> forms, boolean doubt, long deadline) {
    Fate fate = sendUntilOver(forms, doubt, deadline);
    forms.forEach(terms.journal()::settle);
    return fate;
  }

  /**
   * Sends a signed transaction until it is in a block, or known never to come into one.
   *
   * @param forms of one nonce, of which the last is sent, and to which those with higher fees are
   *     added
   * @param doubt whether it may have been sent before
   */
  private Fate sendUntilOver(List<SignedTransaction> forms, boolean doubt, long deadline) {
    Backoff looks = new Backoff(FIRST_LOOK, LONGEST_PAUSE);
    Passing passing = new Passing();
    String trouble = "it waits for a block";
    boolean inDoubt = doubt;
    boolean due = true;
    long lookedAfter = System.nanoTime();
    while (true) {
      SignedTransaction form = forms.getLast();
      if (due) {
        lookedAfter = System.nanoTime();
        try {
          Response.Error error =
              rpc.sendOnce(rpc.web3j().ethSendRawTransaction(form.raw())).getError();
          due = false;
          NodeWords.Answer answer =
              error == null ? NodeWords.Answer.TAKEN : NodeWords.answer(error);
          trouble = error == null ? trouble : error.getMessage();
          switch (answer) {
            case TAKEN -> trouble = "it waits for a block";
            case NONCE_USED -> {
              if (isDisplaced(forms)) {
                return new Fate.Displaced();
              }
            }
            case PLACE_TAKEN -> {
              if (!inDoubt && forms.size() == 1 && isNowhere(form)) {
                return new Fate.Displaced();
              }
            }
            case FEE_TOO_LOW -> due = offerMore(forms);
            case NO_FUNDS, OTHER -> {
              if (!inDoubt && forms.size() == 1 && isNowhere(form)) {
                return new Fate.NotTaken(answer, error.getMessage());
              }
            }
          }
        } catch (IOException | LedgerUnreachableException e) {
          inDoubt = true;
          trouble = e.getMessage();
        }
      }
      Optional<TransactionReceipt> receipt = Optional.empty();
      try {
        gather(forms);
        receipt = receipt(forms);
      } catch (LedgerUnreachableException e) {
        trouble = e.getMessage();
      }
      if (receipt.isPresent()) {
        return new Fate.Mined(receipt.get());
      }
      if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
        throw unknown(form.hash(), trouble);
      }
      LockSupport.parkNanos(looks.next().toNanos());
      if (System.nanoTime() - lookedAfter > terms.stuckAfter().toNanos() / LOOKS_WHILE_STUCK) {
        lookedAfter = System.nanoTime();
        try {
          if (isDisplaced(forms)) {
            return new Fate.Displaced();
          }
          due = !isKnown(form.hash());
        } catch (LedgerUnreachableException e) {
          trouble = e.getMessage();
        }
      }
      if (!due && passing.by()) {
        due = offerMore(forms);
      }
    }
  }

  /** Notices when blocks pass by a transaction that waits. */
  private final class Passing {
    private long since = System.nanoTime();
    private long head = -1;

    /** Whether so much time has passed since it was last so, and so many blocks. */
    boolean by() {
      if (System.nanoTime() - since < terms.stuckAfter().toNanos()) {
        return false;
      }
      try {
        long now = rpc.blockNumber();
        boolean passed = head >= 0 && now - head >= PASSED_BY;
        if (head < 0 || passed) {
          head = now;
          since = System.nanoTime();
        }
        return passed;
      } catch (LedgerUnreachableException e) {
        return false;
      }
    }
  }

  /**
   * Signs again what holds all up, which may be an earlier one: the lowest nonce that is not in a
   * block, for more.
   *
   * @return whether one was added to these
   */
  private boolean offerMore(List<SignedTransaction> forms) {
    try {
      long first = nonce(DefaultBlockParameterName.LATEST);
      SignedTransaction lowest =
          unsettled().stream()
              .filter(each -> each.nonce() >= first && each.nonce() < forms.getLast().nonce())
              .findFirst()
              .map(earlier -> forms(earlier).getLast())
              .orElse(forms.getLast());
      Optional<Fees> above = Fees.asked(rpc).above(lowest.fees());
      if (above.isEmpty()) {
        return false;
      }
      SignedTransaction more = lowest.offering(above.get(), credentials);
      terms.journal().keep(more);
      terms.told().accept(more);
      if (lowest.nonce() == forms.getLast().nonce()) {
        forms.add(more);
        return true;
      }
      rpc.send(rpc.web3j().ethSendRawTransaction(more.raw()));
      return false;
    } catch (LedgerUnreachableException e) {
      return false;
    }
  }

  private Optional<TransactionReceipt> receipt(List<SignedTransaction> forms) {
    for (SignedTransaction form : forms) {
      Optional<TransactionReceipt> receipt = receipt(form.hash());
      if (receipt.isPresent()) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  private Optional<TransactionReceipt> receipt(TransactionHash hash) {
    Optional<TransactionReceipt> receipt =
        rpc.find(
            rpc.web3j().ethGetTransactionReceipt(hash.toString()), answer -> answer.getResult());
    receipt.ifPresent(mined -> rpc.saw(mined.getBlockNumber().longValueExact()));
    return receipt;
  }

  private boolean isKnown(TransactionHash hash) {
    return rpc.find(
            rpc.web3j().ethGetTransactionByHash(hash.toString()), answer -> answer.getResult())
        .isPresent();
  }

  /** Whether no node has it, by several looks. */
  private boolean isNowhere(SignedTransaction form) {
    for (int i = 0; i < LOOKS; i++) {
      if (isKnown(form.hash())) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return true;
  }

  /** Whether another than these has their nonce on the chain, by several looks. */
  private boolean isDisplaced(List<SignedTransaction> forms) {
    for (int i = 0; i < LOOKS; i++) {
      gather(forms);
      if (nonce(DefaultBlockParameterName.LATEST) <= forms.getFirst().nonce()
          || forms.stream().anyMatch(each -> isKnown(each.hash()))
          || receipt(forms).isPresent()) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return true;
  }

  private Outcome.Refused noFunds(SignedTransaction signed) {
    return new Outcome.Refused(
        Outcome.Refused.NO_FUNDS,
        List.of(
            account.toString(),
            rpc.balance(account).toString(),
            signed.gas().multiply(signed.fees().most()).toString()));
  }

  private LedgerUnreachableException notTaken(String why) {
    return new LedgerUnreachableException(
        "the chain node at %s took no transaction of %s: %s".formatted(rpc.origin(), account, why),
        null);
  }

  private LedgerUnreachableException unknown(TransactionHash hash, String trouble) {
    return new LedgerUnreachableException(
        "transaction %s is in no block after %d seconds, and may come into one yet; asking for the same again waits for it: %s"
            .formatted(hash, terms.patience().toSeconds(), trouble),
        null);
  }
}
