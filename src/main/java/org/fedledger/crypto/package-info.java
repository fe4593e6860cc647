/**
 * Hashing and signing as Ethereum does them. The only package that knows Bouncy Castle.
 *
 * <p>Nothing here knows what is signed; {@code org.fedledger.signing} says that.
 */
package org.fedledger.crypto;
