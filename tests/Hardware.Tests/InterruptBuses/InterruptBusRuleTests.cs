// The rule book of the interrupt bus: who of those that are addressed gets a message, and what devices may send. The rules of
// what an address means to a local APIC are in its own book.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.InterruptBuses;

/// <summary>The interrupt bus keeps every rule of its manual.</summary>
public sealed class InterruptBusRuleTests
{
    internal static readonly RuleBook<InterruptBusDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<InterruptBusDefect> Write()
    {
        var book = new RuleBook<InterruptBusDefect>("Interrupt bus", "Intel SDM volume 3A, chapter 11");
        AddShorthands(book);
        AddReceivers(book);
        AddLowestPriority(book);
        AddDevices(book);
        return book;
    }

    private static void AddShorthands(RuleBook<InterruptBusDefect> book)
    {
        book.Add("self", "The shorthand self reaches the sender alone, whatever the destination says.", "11.6.1",
            InterruptBusDefect.SelfReachesNobody, defect =>
                Assert.Equal([false, true, false, false], Reached(defect, DestinationShorthand.Self)));
        book.Add("all including self", "The shorthand all including self reaches everyone.", "11.6.1",
            InterruptBusDefect.AllLeavesSelfOut, defect =>
                Assert.Equal([true, true, true, true], Reached(defect, DestinationShorthand.AllIncludingSelf)));
        book.Add("all excluding self", "The shorthand all excluding self reaches everyone but the sender.", "11.6.1",
            InterruptBusDefect.OthersIncludeSelf, defect =>
                Assert.Equal([true, false, true, true], Reached(defect, DestinationShorthand.AllExcludingSelf)));
        book.Add("disabled is nobody", "A local APIC that IA32_APIC_BASE disables receives nothing, not even by a shorthand.",
            "11.4.3", InterruptBusDefect.DisabledReceives, defect =>
            {
                using var rig = new LocalApicRig(busDefect: defect);
                Assert.True(rig.Second.SetMode(0));
                rig.First.Command(LocalApicRig.Nmi, shorthand: DestinationShorthand.AllExcludingSelf);
                Assert.False(rig.Second.HasPendingNmi);
                Assert.False(rig.Send(DeliveryMode.Nmi, destination: 1));
            });
    }

    private static void AddReceivers(RuleBook<InterruptBusDefect> book)
    {
        book.Add("everyone addressed receives", "A fixed message reaches all that its destination means.", "11.6.2.2",
            InterruptBusDefect.FirstReceiverOnly, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                Assert.True(rig.Send(DeliveryMode.Fixed, 0x55, 0x0d, isLogical: true));
                Assert.Equal([true, false, true, true], Pending(rig));
            });
        book.Add("the sender learns of acceptance", "Send tells whether some local APIC accepted the message.", "11.6.3",
            InterruptBusDefect.AlwaysAccepted, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                Assert.True(rig.SendFixed(0x55, 2));
                Assert.False(rig.SendFixed(0x55, 9));
                rig[2].Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.False(rig.SendFixed(0x55, 2));
            });
        book.Add("every listener hears of the end", "The end of a level-triggered interrupt is told to every I/O APIC.", "11.8.5",
            InterruptBusDefect.EndReachesFirstListener, defect =>
            {
                using var rig = new LocalApicRig(busDefect: defect);
                rig.Bus.Attach(rig);
                rig.SendFixed(0x55, isLevel: true);
                rig.First.AcknowledgeInterrupt();
                rig.First.End();
                Assert.Equal([0x55, 0x55], rig.Ends);
            });
    }

    private static void AddLowestPriority(RuleBook<InterruptBusDefect> book)
    {
        book.Add("lowest priority goes to one", "A lowest-priority message reaches one of those addressed.", "11.6.2.4",
            InterruptBusDefect.LowestPriorityGoesToAll, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                Assert.True(rig.Send(DeliveryMode.LowestPriority, 0x55, 0x0f, isLogical: true));
                Assert.Single(Pending(rig), isPending => isPending);
            });
        book.Add("lowest priority goes to the least busy", "It reaches the one with the least arbitration priority.", "11.6.2.4",
            InterruptBusDefect.LowestPriorityGoesToFirst, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                for (int index = 0; index < 4; index++)
                {
                    rig[index].SetTaskPriority((uint)(0x40 - (index == 3 ? 0 : index << 4)));
                }

                rig.Send(DeliveryMode.LowestPriority, 0x55, 0x0f, isLogical: true);
                Assert.Equal([false, false, true, false], Requested(rig));
            });
        book.Add("the first wins a tie", "Of equal priorities the one attached first takes the message, every time.",
            "11.6.2.4, left to the chipset", InterruptBusDefect.TieGoesToLast, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                rig.Send(DeliveryMode.LowestPriority, 0x55, 0x0e, isLogical: true);
                rig[1].DeliverAll();
                rig.Send(DeliveryMode.LowestPriority, 0x56, 0x0e, isLogical: true);
                Assert.True(rig[1].IsRequested(0x56));
            });
        book.Add("disabled does not arbitrate", "A local APIC that cannot accept a vector takes no part in the arbitration.",
            "11.6.2.4", InterruptBusDefect.DisabledArbitrates, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                rig[0].Write(LocalApicRegister.SpuriousVector, 0xff);
                Assert.True(rig.Send(DeliveryMode.LowestPriority, 0x55, 0x0f, isLogical: true));
                Assert.Equal([false, true, false, false], Pending(rig));
            });
    }

    private static void AddDevices(RuleBook<InterruptBusDefect> book)
    {
        book.Add("devices broadcast by 0xff", "The destination 0xff of a device means everyone, x2APIC or not.", "11.6.2.1",
            InterruptBusDefect.DeviceCannotBroadcast, defect =>
            {
                using LocalApicRig rig = Flat(defect);
                rig[0].EnterExtendedMode();
                Assert.True(rig.SendFixed(0x55, 0xff));
                Assert.Equal([true, true, true, true], Pending(rig));
            });
        book.Add("devices start nobody", "The start-up mode is reserved in messages of devices.", "11.11.2",
            InterruptBusDefect.DeviceMayStartUp, defect =>
            {
                using var rig = new LocalApicRig(busDefect: defect);
                Assert.False(rig.Send(DeliveryMode.StartUp, 0x10, 1));
                Assert.False(rig.Second.HasPendingStartUp);
            });
    }

    private static LocalApicRig Flat(InterruptBusDefect defect)
    {
        var rig = new LocalApicRig(count: 4, busDefect: defect);
        for (int index = 0; index < 4; index++)
        {
            rig[index].Write(LocalApicRegister.LogicalDestination, 1u << (24 + index));
        }

        return rig;
    }

    private static bool[] Reached(InterruptBusDefect defect, DestinationShorthand shorthand)
    {
        using LocalApicRig rig = Flat(defect);
        rig.Second.Command(0x55, 3, shorthand);
        return Pending(rig);
    }

    private static bool[] Pending(LocalApicRig rig) => [.. Enumerable.Range(0, 4).Select(index => rig[index].HasDeliverable)];

    private static bool[] Requested(LocalApicRig rig) =>
        [.. Enumerable.Range(0, 4).Select(index => rig[index].IsRequested(0x55))];
}
