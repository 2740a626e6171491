// Rules of priorities: full nesting, special full nesting of slaves, special mask mode, and the rotation that a driver asks for.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of who interrupts whom.</summary>
internal static class PicPriorityRules
{
    private const string Nested = "Fully nested mode";
    private const string SpeciallyNested = "The special fully nested mode";
    private const string SpecialMask = "Special mask mode";

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddNesting(book);
        AddSpecialNesting(book);
        AddSpecialMask(book);
    }

    private static void AddNesting(RuleBook<PicDefect> book)
    {
        book.Add("the lowest number goes first", "Input 0 has the highest priority and 7 the lowest.",
            Nested, PicDefect.LowestFirst, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(7, 3, 5);
                Assert.Equal(3, machine.Acknowledge());
            });
        book.Add("lower priorities wait", "While an input is in service, those below it are held back and those above are not.",
            Nested, PicDefect.ServiceIgnored, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Raise(5);
                Assert.False(machine.HasRequest);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.False(machine.HasRequest);
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(5, machine.Acknowledge());
            });
        book.Add("an input does not interrupt itself", "A second edge of the input in service waits for the end of interrupt.",
            Nested, PicDefect.SameLevelNests, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Pulse(4);
                Assert.False(machine.HasRequest);
                machine.Command(Master, EndNonSpecific);
                Assert.True(machine.HasRequest);
            });
        book.Add("the named input becomes the lowest", "Set priority makes the input the lowest and the next one the highest.",
            "Specific rotation", PicDefect.SetPriorityMakesHighest, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0xc4);
                machine.Raise(4, 3, 5);
                Assert.Equal(5, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(3, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(4, machine.Acknowledge());
            });
        book.Add("set priority ends nothing", "Set priority leaves the in-service register alone.",
            "Specific rotation", PicDefect.SetPriorityEnds, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, 0xc4);
                Assert.Equal(0x10, machine.ReadService(Master));
            });
    }

    private static void AddSpecialNesting(RuleBook<PicDefect> book)
    {
        book.Add("a slave may nest within itself",
            "In special fully nested mode a higher input of the slave in service gets through.",
            SpeciallyNested, PicDefect.SpecialNestingIgnored, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x11);
                machine.Raise(12);
                Assert.Equal(12, machine.Acknowledge());
                machine.Raise(9);
                Assert.True(machine.HasRequest);
                Assert.Equal(9, machine.Acknowledge());
            });
        book.Add("a slave in service holds lower inputs back", "Special fully nested mode still ranks the slave above input 3.",
            SpeciallyNested, PicDefect.SpecialNestingForgetsSlave, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x11);
                machine.Raise(12);
                Assert.Equal(12, machine.Acknowledge());
                machine.Raise(3);
                Assert.False(machine.HasRequest);
                machine.Raise(1);
                Assert.Equal(1, machine.Acknowledge());
            });
        book.Add("only slaves nest specially", "In special fully nested mode an input without a slave does not interrupt itself.",
            SpeciallyNested, PicDefect.SpecialNestingEverywhere, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x11);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Pulse(4);
                Assert.False(machine.HasRequest);
            });
    }

    private static void AddSpecialMask(RuleBook<PicDefect> book)
    {
        book.Add("special mask mode lets lower inputs in", "What is in service and masked holds nothing back.",
            SpecialMask, PicDefect.SpecialMaskIgnored, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Command(Master, 0x68);
                machine.Data(Master, 0x08);
                machine.Raise(5);
                Assert.True(machine.HasRequest);
                Assert.Equal(5, machine.Acknowledge());
                machine.Command(Master, EndSpecific | 5, 0x48);
                machine.Raise(6);
                Assert.False(machine.HasRequest);
            });
        book.Add("special mask mode needs its enable bit", "SMM without ESMM changes nothing.",
            "OCW3", PicDefect.SpecialMaskNeedsNoEnable, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Data(Master, 0x08);
                machine.Command(Master, 0x28);
                machine.Raise(5);
                Assert.False(machine.HasRequest);
            });
        book.Add("what is in service and unmasked still counts",
            "In special mask mode an unmasked input in service holds lower ones back.",
            SpecialMask, PicDefect.SpecialMaskForgetsService, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0x68);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Raise(5);
                Assert.False(machine.HasRequest);
            });
        book.Add("a non-specific end spares what is masked", "In special mask mode a masked input stays in service until named.",
            "End of interrupt", PicDefect.SpecialMaskEndsMasked, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Command(Master, 0x68);
                machine.Data(Master, 0x08);
                machine.Raise(5);
                Assert.Equal(5, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(0x08, machine.ReadService(Master));
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(0x08, machine.ReadService(Master));
                machine.Command(Master, EndSpecific | 3);
                Assert.Equal(0, machine.ReadService(Master));
            });
    }
}
