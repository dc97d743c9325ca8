package io.godwit.cli.page;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 1048576}, {@code 100K}, {@code 20M}, {@code 5G}, {@code 1T}. */
final class ByteCount implements ITypeConverter<Long> {
    private static final Pattern COUNT = Pattern.compile("([0-9]{1,12})([KMGT]?)");
    private static final String UNITS = "KMGT";
    private static final int BITS_OF_UNIT = 10;

    @Override
    public Long convert(String text) {
        Matcher matcher = COUNT.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no number of bytes, such as 500M or 20G");
        }
        int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        long number = Long.parseLong(matcher.group(1));
        if (number == 0 || number > Long.MAX_VALUE >> power * BITS_OF_UNIT) {
            throw new TypeConversionException("'" + text + "' is more than there is, or nothing");
        }
        return number << power * BITS_OF_UNIT;
    }
}
