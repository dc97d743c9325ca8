package io.godwit.source.cpu;

import io.godwit.image.ImageException;
import io.godwit.image.proto.CpuinfoEntry;
import io.godwit.image.proto.CpuinfoX86Entry;
import io.godwit.image.proto.CpuinfoX86Entry.Vendor;
import java.io.IOException;
import java.util.List;

/**
 * A processor, as cpuinfo.img tells it.
 *
 * @param capabilities the words of {@link CapabilityWord}; 19, or 12 in images of the first version
 * @param model the name for people, such as {@code AMD EPYC}; may be empty
 * @param stateComponents bit mask of what XSAVE can save, 0 when the image does not tell
 */
record Processor(
        Vendor vendor,
        int family,
        int modelNumber,
        int stepping,
        List<Integer> capabilities,
        String model,
        long stateComponents,
        int stateBytes,
        int maxStateBytes) {
    private static final int VERSION = 2;

    Processor {
        capabilities = List.copyOf(capabilities);
    }

    CpuinfoEntry entry() {
        return CpuinfoEntry.newBuilder()
                .addX86Entry(CpuinfoX86Entry.newBuilder()
                        .setVendorId(vendor)
                        .setCpuFamily(family)
                        .setModel(modelNumber)
                        .setStepping(stepping)
                        .setCapabilityVer(VERSION)
                        .addAllCapability(capabilities)
                        .setModelId(model)
                        .setXfeaturesMask(stateComponents)
                        .setXsaveSize(stateBytes)
                        .setXsaveSizeMax(maxStateBytes))
                .build();
    }

    static Processor of(CpuinfoEntry entry) throws IOException {
        if (entry.getX86EntryCount() != 1) {
            throw new ImageException("cpuinfo.img tells of " + entry.getX86EntryCount()
                    + " x86 processors instead of one; the images are of another architecture, or damaged");
        }
        CpuinfoX86Entry x86 = entry.getX86Entry(0);
        int words = x86.getCapabilityVer() == 1 ? CapabilityWord.COUNT_OF_VERSION_1 : CapabilityWord.COUNT;
        if (x86.getCapabilityVer() < 1 || x86.getCapabilityVer() > VERSION || x86.getCapabilityCount() != words) {
            throw new ImageException("cpuinfo.img has " + x86.getCapabilityCount() + " capability words of version "
                    + x86.getCapabilityVer() + "; Godwit reads 12 words of version 1 and 19 of version 2");
        }
        return new Processor(
                x86.getVendorId(),
                x86.getCpuFamily(),
                x86.getModel(),
                x86.getStepping(),
                x86.getCapabilityList(),
                x86.getModelId(),
                x86.getXfeaturesMask(),
                x86.getXsaveSize(),
                x86.getXsaveSizeMax());
    }

    int word(CapabilityWord word) {
        return capabilities.get(word.index());
    }

    /** Maker, family and model; what a program sees besides its features. */
    String identity() {
        return vendor + " family " + family + " model " + modelNumber;
    }
}
