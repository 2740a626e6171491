// Rules of the error status register: latched by a write, which errors there are, and when they interrupt.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of errors.</summary>
internal static class LocalApicErrorRules
{
    private const byte ErrorVector = 0xfe;

    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddLatch(book);
        AddInterrupt(book);
        AddCauses(book);
    }

    private static void AddLatch(RuleBook<LocalApicDefect> book)
    {
        book.Add("errors show when latched", "An error shows in ESR after the next write of ESR only.", "11.5.3",
            LocalApicDefect.ErrorsShowUnlatched, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0x05, 1);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.ErrorStatus));
                Assert.Equal(LocalApicErrors.SendIllegalVector, rig.First.Errors());
            });
        book.Add("a write clears what showed", "A write of ESR replaces what was latched before.", "11.5.3",
            LocalApicDefect.LatchedErrorsAddUp, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0x05, 1);
                rig.First.Errors();
                Assert.Equal(LocalApicErrors.None, rig.First.Errors());
            });
        book.Add("errors are latched once", "A write of ESR clears what has been detected.", "11.5.3",
            LocalApicDefect.DetectedErrorsStay, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0x05, 1);
                rig.First.Errors();
                rig.SendFixed(0x05);
                Assert.Equal(LocalApicErrors.ReceiveIllegalVector, rig.First.Errors());
            });
    }

    private static void AddInterrupt(RuleBook<LocalApicDefect> book)
    {
        book.Add("an error interrupts", "An error raises the interrupt of the error entry.", "11.5.3",
            LocalApicDefect.ErrorDoesNotInterrupt, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ErrorVector, ErrorVector);
                rig.First.Command(0x05, 1);
                Assert.True(rig.First.IsRequested(ErrorVector));
            });
        book.Add("the first error interrupts", "Further errors raise no interrupt before ESR is written.", "11.5.3",
            LocalApicDefect.EveryErrorInterrupts, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ErrorVector, ErrorVector);
                rig.First.Command(0x05, 1);
                rig.First.DeliverAll();
                rig.SendFixed(0x06);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("a write rearms", "A write of ESR rearms the interrupt of the error entry.", "11.5.3",
            LocalApicDefect.ErrorIsNotRearmed, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ErrorVector, ErrorVector);
                rig.First.Command(0x05, 1);
                rig.First.DeliverAll();
                rig.First.Errors();
                rig.First.Command(0x05, 1);
                Assert.True(rig.First.IsRequested(ErrorVector));
            });
        book.Add("a masked error is recorded", "With the error entry masked an error shows in ESR and interrupts nobody.",
            "11.5.3", LocalApicDefect.MaskIsIgnored, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ErrorVector, ErrorVector | LocalApicRig.Masked);
                rig.First.Command(0x05, 1);
                Assert.False(rig.First.HasDeliverable);
                Assert.Equal(LocalApicErrors.SendIllegalVector, rig.First.Errors());
            });
    }

    private static void AddCauses(RuleBook<LocalApicDefect> book)
    {
        book.Add("vectors below 16 are not sent", "A command with a vector below 16 is an error and is not sent.", "11.5.2",
            LocalApicDefect.SentVectorIsNoError, defect =>
            {
                using var rig = new LocalApicRig(defect);
                for (uint vector = 0; vector < 16; vector++)
                {
                    rig.First.Command(vector, 1);
                    Assert.Equal(LocalApicErrors.SendIllegalVector, rig.First.Errors());
                }

                Assert.Equal(LocalApicErrors.None, rig.Second.Errors());
            });
        book.Add("vectors below 16 are not received", "A message with a vector below 16 is an error of the receiver and sets no "
            + "bit of IRR.", "11.5.2", LocalApicDefect.ReceivedVectorIsNoError, defect =>
            {
                using var rig = new LocalApicRig(defect);
                for (byte vector = 0; vector < 16; vector++)
                {
                    Assert.False(rig.SendFixed(vector));
                    Assert.Equal(LocalApicErrors.ReceiveIllegalVector, rig.First.Errors());
                }

                Assert.True(rig.SendFixed(16));
                Assert.Equal(1u << 16, rig.First.Read(LocalApicRegister.Request));
            });
        book.Add("a local vector below 16 is an error", "Writing a vector below 16 into a fixed local vector is an error, masked "
            + "or not.", "11.5.2", LocalApicDefect.WrittenVectorIsNoError, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.ThermalVector, LocalApicRig.Nmi);
                Assert.Equal(LocalApicErrors.None, rig.First.Errors());
                rig.First.Write(LocalApicRegister.TimerVector, LocalApicRig.Masked | 0x0f);
                Assert.Equal(LocalApicErrors.ReceiveIllegalVector, rig.First.Errors());
            });
        book.Add("a register that is not is an error", "Access to an address without a register is an error, read or written.",
            "11.5.3", LocalApicDefect.IllegalRegisterIsNoError, defect =>
            {
                using var rig = new LocalApicRig(defect);
                foreach (uint offset in (uint[])[0, 0x10, 0x40, 0x70, 0x290, 0x2e0, 0x3a0, 0x3d0, 0x3f0, 0x400, 0xff0])
                {
                    Assert.Equal(0u, rig.First.Read(offset));
                    Assert.Equal(LocalApicErrors.IllegalRegisterAddress, rig.First.Errors());
                    rig.First.Write(offset, 0);
                    Assert.Equal(LocalApicErrors.IllegalRegisterAddress, rig.First.Errors());
                }
            });
    }
}
