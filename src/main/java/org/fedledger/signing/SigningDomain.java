package org.fedledger.signing;

import java.util.Optional;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;

/**
 * Where signatures count: one contract on one chain (EIP-712 domain, name {@code FedLedger},
 * version {@code 1}).
 *
 * @param chainId at least 1
 * @param contract the federation's ledger contract
 */
public record SigningDomain(long chainId, Address contract) {

  private static final String NAME = "FedLedger";
  private static final String VERSION = "1";
  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  private static final byte[] PREFIX = {0x19, 0x01};

  public SigningDomain {
    if (chainId < 1) {
      throw new IllegalArgumentException("a chain id is at least 1, not %d".formatted(chainId));
    }
  }

  /** The EIP-712 domain separator, 32 bytes. */
  public byte[] separator() {
    return separator(NAME, VERSION, chainId, contract);
  }

  static byte[] separator(String name, String version, long chainId, Address contract) {
    return new StructEncoder(TYPE_HASH)
        .string(name)
        .string(version)
        .uint(chainId)
        .address(contract)
        .hash();
  }

  /** The 32 bytes that are signed: EIP-712, {@code 0x1901 || separator || structHash}, hashed. */
  public byte[] digest(SignedMessage message) {
    return digest(separator(), message.structHash());
  }

  static byte[] digest(byte[] separator, byte[] structHash) {
    return Keccak256.hash(PREFIX, separator, structHash);
  }

  /** Signs the message for this domain; the same key and message give the same signature. */
  public Signature sign(SignedMessage message, SigningKey key) {
    return key.sign(digest(message));
  }

  /**
   * Who signed this message for this domain. A signature over anything else gives some other
   * address or none, so compare the result with whoever should have signed.
   */
  public Optional<Address> signer(SignedMessage message, Signature signature) {
    return signature.recover(digest(message));
  }
}
