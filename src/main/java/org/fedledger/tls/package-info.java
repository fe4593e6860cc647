/** Certificates, keys and whom a process trusts, from PEM files. */
package org.fedledger.tls;
