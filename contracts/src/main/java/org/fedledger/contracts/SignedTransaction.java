package org.fedledger.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** A transaction as its account signed it: whatever becomes of it, it is known by its hash. */
public final class SignedTransaction {

  private static final BigInteger MOST_NONCE = BigInteger.valueOf(CanonicalJson.MAX_INTEGER);

  private final long chainId;
  private final Address sender;
  private final String action;
  private final String raw;
  private final TransactionHash hash;
  private final RawTransaction content;

  private SignedTransaction(long chainId, Address sender, String action, String raw) {
    this.chainId = chainId;
    this.sender = sender;
    this.action = action;
    this.raw = raw;
    this.hash = TransactionHash.of(Hash.sha3(raw));
    this.content = TransactionDecoder.decode(raw);
    if (content.getNonce().compareTo(MOST_NONCE) > 0) {
      throw new IllegalArgumentException("no account has the nonce " + content.getNonce());
    }
  }

  static SignedTransaction sign(
      long chainId, String action, RawTransaction transaction, Credentials account) {
    return new SignedTransaction(
        chainId,
        Address.of(account.getAddress().toLowerCase(Locale.ROOT)),
        action,
        Numeric.toHexString(TransactionEncoder.signMessage(transaction, chainId, account)));
  }

  /** The same once more, for other fees. */
  SignedTransaction offering(Fees fees, Credentials account) {
    return sign(
        chainId,
        action,
        fees.transaction(
            chainId, nonce(), content.getGasLimit(), content.getTo(), content.getData()),
        account);
  }

  public long chainId() {
    return chainId;
  }

  public Address sender() {
    return sender;
  }

  /** What it does, in a word, for people. */
  public String action() {
    return action;
  }

  public TransactionHash hash() {
    return hash;
  }

  public long nonce() {
    return content.getNonce().longValueExact();
  }

  /** The contract that it creates; empty if it calls one. */
  public Optional<Address> creates() {
    return isCreation()
        ? Optional.of(
            Address.of(
                ContractUtils.generateContractAddress(sender.toString(), content.getNonce())
                    .toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private boolean isCreation() {
    return content.getTo() == null || Numeric.cleanHexPrefix(content.getTo()).isEmpty();
  }

  /** Whether it does what this call would. */
  boolean does(Optional<Address> to, String data) {
    boolean sameTarget =
        to.map(address -> address.toString().equals(content.getTo())).orElse(isCreation());
    return sameTarget
        && Numeric.cleanHexPrefix(content.getData()).equals(Numeric.cleanHexPrefix(data));
  }

  /**
   * Whether it does the same with the same nonce, so that one of both comes into a block at most.
   */
  boolean isFormOf(SignedTransaction other) {
    return chainId == other.chainId
        && sender.equals(other.sender)
        && nonce() == other.nonce()
        && does(other.to(), other.content.getData());
  }

  private Optional<Address> to() {
    return isCreation() ? Optional.empty() : Optional.of(Address.of(content.getTo()));
  }

  Fees fees() {
    return Fees.of(content);
  }

  BigInteger gas() {
    return content.getGasLimit();
  }

  /** Hex digits, as nodes take them. */
  String raw() {
    return raw;
  }

  byte[] toJson() {
    return CanonicalJson.write(
        JsonNodeFactory.instance
            .objectNode()
            .put("chainId", chainId)
            .put("sender", sender.toString())
            .put("nonce", nonce())
            .put("action", action)
            .put("hash", hash.toString())
            .put("raw", raw));
  }

  /**
   * @throws MalformedJsonException for anything else than {@link #toJson} writes
   */
  static SignedTransaction ofJson(String name, JsonNode document) {
    JsonReader reader = JsonReader.of(name, document);
    SignedTransaction read;
    try {
      read =
          new SignedTransaction(
              reader.integer("chainId", 0, CanonicalJson.MAX_INTEGER),
              reader.text("sender", Address::of),
              reader.text("action"),
              reader.text("raw"));
    } catch (MalformedJsonException e) {
      throw e;
    } catch (RuntimeException e) {
      throw reader.malformed("raw", "this is no transaction: " + e.getMessage());
    }
    if (reader.integer("nonce", 0, CanonicalJson.MAX_INTEGER) != read.nonce()
        || !reader.text("hash", TransactionHash::of).equals(read.hash)) {
      throw reader.malformed("raw", "this is the transaction " + read.hash);
    }
    reader.end();
    return read;
  }
}
