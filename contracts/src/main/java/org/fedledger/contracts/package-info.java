/**
 * The ledger of an Ethereum network: {@link org.fedledger.contracts.Web3jLedger} is the adapter,
 * {@link org.fedledger.contracts.FederationDeployer} founds a federation, {@link
 * org.fedledger.contracts.ContractCode} tells a look-alike from the real contract.
 */
package org.fedledger.contracts;
