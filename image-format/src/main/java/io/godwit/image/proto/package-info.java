/**
 * The messages of CRIU's images and of its RPC, generated from the schemas in {@code src/main/proto}: same fields and numbers, names
 * of messages in camel case. Of the architectures, x86-64 and arm64 are there; entries of others keep their data as unknown fields.
 * How a value is best shown (in hexadecimal, as flags, as an address) is the option {@code criu} of a field.
 */
package io.godwit.image.proto;
