package org.fedledger.devnet.demo.tamper;

import org.fedledger.types.Address;

/**
 * One of those who take part in a story.
 *
 * @param name for people
 */
public record Party(String name, Address address) {

  @Override
  public String toString() {
    return name + " " + address;
  }
}
