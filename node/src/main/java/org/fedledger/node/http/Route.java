package org.fedledger.node.http;

/**
 * One line of the API.
 *
 * @param method GET answers HEAD too
 * @param path with its variable parts as {@code {name}}
 */
record Route(String method, String path, Endpoint endpoint) {}
