// Rules of interprocessor interrupts: what the command register does with its fields, which combinations are none, and the
// self interrupt of x2APIC.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of the interrupt command register.</summary>
internal static class LocalApicCommandRules
{
    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddFields(book);
        AddCombinations(book);
        AddExtended(book);
    }

    private static void AddFields(RuleBook<LocalApicDefect> book)
    {
        book.Add("commands are edges", "The level bit of a command means nothing but for INIT: the receiver records an edge.",
            "11.6.1", LocalApicDefect.CommandKeepsLevel, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Level | LocalApicRig.Assert | 0x55, 1);
                Assert.True(rig.Second.IsRequested(0x55));
                Assert.False(rig.Second.IsLevel(0x55));
            });
        book.Add("the assert bit means nothing", "A vector or NMI without the assert bit is sent all the same.", "11.6.1",
            LocalApicDefect.CommandKeepsLevel, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Nmi, 1);
                rig.First.Command(LocalApicRig.Level | 0x55, 1);
                Assert.True(rig.Second.HasPendingNmi && rig.Second.IsRequested(0x55));
            });
        book.Add("delivery is idle", "The delivery status tells idle once the message is accepted.", "11.6.1",
            LocalApicDefect.CommandStaysBusy, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0xfff35055, 1);
                Assert.Equal(0x00004055u, rig.First.Read(LocalApicRegister.Command));
            });
        book.Add("a disabled local APIC sends", "While software keeps it disabled, a local APIC sends commands.", "11.4.7.2",
            LocalApicDefect.DisabledDoesNotSend, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.SpuriousVector, 0xff);
                rig.First.Command(0x55, 1);
                Assert.True(rig.Second.IsRequested(0x55));
            });
    }

    private static void AddCombinations(RuleBook<LocalApicDefect> book)
    {
        book.Add("only vectors go to oneself", "The shorthands that include the sender take no NMI, SMI, INIT or start-up.",
            "11.6.1, table of valid combinations", LocalApicDefect.AnythingToSelf, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(LocalApicRig.Nmi, shorthand: DestinationShorthand.Self);
                rig.First.Command(LocalApicRig.Nmi, shorthand: DestinationShorthand.AllIncludingSelf);
                Assert.False(rig.First.HasPendingNmi || rig.Second.HasPendingNmi);
                rig.First.Command(LocalApicRig.Nmi, shorthand: DestinationShorthand.AllExcludingSelf);
                Assert.True(!rig.First.HasPendingNmi && rig.Second.HasPendingNmi);
            });
        book.Add("lowest priority cannot be sent", "A processor that cannot send lowest priority records the error and sends "
            + "nothing.", "11.5.3", LocalApicDefect.AlwaysSendsLowestPriority, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0x155, 1);
                Assert.False(rig.Second.IsRequested(0x55));
                Assert.Equal(LocalApicErrors.RedirectableInterrupt, rig.First.Errors());
            });
        book.Add("one error of lowest priority", "Lowest priority with an illegal vector is the redirectable error alone.",
            "11.5.3", LocalApicDefect.AlwaysSendsLowestPriority, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Command(0x105, 1);
                Assert.Equal(LocalApicErrors.RedirectableInterrupt, rig.First.Errors());
            });
        book.Add("lowest priority where it can be sent", "A processor that can send lowest priority reaches the least busy.",
            "11.6.2.4", LocalApicDefect.ArbitrationIgnoresRequests, defect =>
            {
                using var rig = new LocalApicRig(defect, 3, options: new() { CanSendLowestPriority = true });
                rig.SendFixed(0x80, 0);
                rig.SendFixed(0x40, 1);
                rig.SendFixed(0x60, 2);
                rig.First.Command(0x155, 0xff);
                Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(index => rig[index].IsRequested(0x55)));
            });
    }

    private static void AddExtended(RuleBook<LocalApicDefect> book)
    {
        book.Add("the command is one register", "In x2APIC mode ICR is one register of 64 bits with the destination above.",
            "11.12.9", LocalApicDefect.CommandIsHalf, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                rig.Second.EnterExtendedMode();
                Assert.True(rig.First.WriteExtended(LocalApicRegister.Command, 0x1_0000_0055));
                Assert.Equal(0x1_0000_0055ul, rig.First.ReadExtended(LocalApicRegister.Command));
                Assert.True(rig.Second.HasDeliverable && !rig.First.HasDeliverable);
            });
        book.Add("a self interrupt is one write", "A write of SELF IPI sends its vector to the own processor as an edge.",
            "11.12.11", LocalApicDefect.SelfInterruptIsLost, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.EnterExtendedMode();
                Assert.True(rig.First.WriteExtended(LocalApicRegister.SelfInterrupt, 0x55));
                Assert.Equal(0x55, rig.First.AcknowledgeInterrupt());
                Assert.Equal(0ul, rig.First.ReadExtended(LocalApicRegister.Command));
            });
    }
}
