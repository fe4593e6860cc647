/**
 * What parties sign, to the byte: EIP-712 structs, their domain, and the hashes they are bound to.
 *
 * <p>Encoded by hand, since every value is of fixed size or a hash. Integers of 64 bits hold the
 * whole unsigned range: what the ledger may carry must be readable, even where nothing honest would
 * write it. A value from 2^63 on is negative here, so that it equals no size of a file and lies
 * before every time; compare what may be that large with {@link java.lang.Long#compareUnsigned}.
 */
package org.fedledger.signing;
