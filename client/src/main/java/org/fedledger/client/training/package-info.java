/** The port to the library that trains and runs the architectures of specs on local examples. */
package org.fedledger.client.training;
