// Rules of a comparator's configuration register: what it tells, and which of its bits are kept on a chip that can do less.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of comparators' configurations.</summary>
internal static class HpetConfigurationRules
{
    private const string Section = "2.3.8 Timer N configuration and capabilities";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddCapabilities(book);
        AddWithoutCapability(book);
        AddRoutes(book);
    }

    private static void AddCapabilities(RuleBook<HpetDefect> book)
    {
        book.Add("periodic capability", "PER_INT_CAP tells which comparators can be periodic; read-only.",
            Section + ": PER_INT_CAP", HpetDefect.PeriodicCapabilityHidden, defect => CheckBit(defect, 0x10));
        book.Add("size capability", "SIZE_CAP tells which comparators have 64 bits; read-only.",
            Section + ": SIZE_CAP", HpetDefect.WideCapabilityHidden, defect => CheckBit(defect, 0x20));
        book.Add("message capability", "FSB_INT_DEL_CAP tells that messages can be sent; read-only.",
            Section + ": FSB_INT_DEL_CAP", HpetDefect.MessageCapabilityHidden, defect => CheckBit(defect, 0x8000));
        book.Add("route capability", "INT_ROUTE_CAP tells the legal lines; read-only.",
            Section + ": INT_ROUTE_CAP", HpetDefect.RouteCapabilityHidden, defect =>
            {
                using var machine = new HpetMachine(defect, new() { RouteCapability = 0x0010_0804 });
                machine.Hpet.Write(Configuration(1) + 4, 0);
                Assert.Equal(0x0010_0804u, machine.Hpet.Read(Configuration(1) + 4));
            });
        book.Add("reserved bits of a comparator", "Reserved bits of the configuration read as zero.",
            Section, HpetDefect.ReservedTimerBitsKept, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = 0xffff_0081u | Line20;
                Assert.Equal(0x8030u | Line20, machine.Hpet.Read(Configuration(0)));
            });
    }

    private static void AddWithoutCapability(RuleBook<HpetDefect> book)
    {
        book.Add("periodic needs its capability", "A comparator without PER_INT_CAP cannot be made periodic.",
            Section + ": TYPE_CNF", HpetDefect.PeriodicWithoutCapability, defect => CheckRefused(defect, Periodic));
        book.Add("32-bit mode needs its capability", "A comparator of 32 bits does not keep the 32-bit mode.",
            Section + ": 32MODE_CNF", HpetDefect.NarrowWithoutCapability, defect => CheckRefused(defect, Narrow));
        book.Add("messages need their capability", "A comparator without FSB_INT_DEL_CAP cannot send messages.",
            Section + ": FSB_EN_CNF", HpetDefect.MessagesWithoutCapability, defect => CheckRefused(defect, Messages));
    }

    private static void AddRoutes(RuleBook<HpetDefect> book)
    {
        book.Add("illegal routes are ignored", "A route that is not in the capability does not replace the one that is set.",
            Section + ": INT_ROUTE_CNF", HpetDefect.IllegalRouteKept, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine[Configuration(0)] = Line21;
                Assert.Equal(Line21, machine[Configuration(0)] & 0x3e00);
                machine[Configuration(0)] = On | (9 << 9);
                Assert.Equal(On | Line21, machine[Configuration(0)] & 0x3e04);
            });
        book.Add("without a route nothing is driven", "The route of power-on drives nothing where line 0 is not legal.",
            Section + ": INT_ROUTE_CNF", HpetDefect.PowerOnRouteIsDriven, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Level, 100);
                machine.Start();
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
                machine.Advance(200);
                Assert.Equal("", machine.Events.Text);
                Assert.Equal(1ul, machine[Status]);
            });
    }

    // Bits that a chip with everything has and a chip with nothing has not, whatever is written.
    private static void CheckBit(HpetDefect defect, uint bit)
    {
        using var all = new HpetMachine(defect);
        using var none = new HpetMachine(defect, Least());
        all[Configuration(1)] = 0;
        none[Configuration(1)] = bit;
        Assert.Equal(bit, all[Configuration(1)] & bit);
        Assert.Equal(0u, none[Configuration(1)] & bit);
    }

    private static void CheckRefused(HpetDefect defect, uint bit)
    {
        using var all = new HpetMachine(defect);
        using var none = new HpetMachine(defect, Least());
        all[Configuration(1)] = bit;
        none[Configuration(1)] = bit;
        Assert.Equal(bit, all[Configuration(1)] & bit);
        Assert.Equal(0u, none[Configuration(1)] & bit);
    }

    private static HpetOptions Least() => new() { PeriodicTimers = 0, WideTimers = 0, HasMessages = false };
}
