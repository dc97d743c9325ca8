package io.godwit.source.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 1Gbit}, {@code 100Mbit}, {@code 50MB}, a second, as bytes a second; a plain number is bytes. */
public final class BandwidthConverter implements ITypeConverter<Long> {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?) *([KMGT]?)(bit|b|B|)(?:/s|ps)?");
    private static final Map<String, Long> FACTORS =
            Map.of("", 1L, "K", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L, "T", 1_000_000_000_000L);
    private static final BigDecimal BITS_OF_BYTE = BigDecimal.valueOf(8);

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a rate: write 1Gbit, 100Mbit or, in bytes a second, 50MB");
        }
        BigDecimal rate = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(FACTORS.get(matcher.group(2))));
        if (matcher.group(3).startsWith("b")) {
            rate = rate.divide(BITS_OF_BYTE);
        }
        long bytes = rate.setScale(0, RoundingMode.HALF_UP).longValue();
        if (bytes == 0 && rate.signum() != 0) {
            throw new TypeConversionException("'" + text + "' is less than a byte a second; 0 is no limit");
        }
        return bytes;
    }
}
