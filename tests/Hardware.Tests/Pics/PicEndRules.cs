// Rules of OCW2: the four ways to end an interrupt, each with and without rotation, and automatic end of interrupt.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Rules of the end of interrupt.</summary>
internal static class PicEndRules
{
    private const string End = "End of interrupt";
    private const string Rotation = "Automatic rotation";
    private const string AutomaticEnd = "Automatic end of interrupt mode";
    private const byte RotateOnEnd = 0xa0;

    internal static void AddTo(RuleBook<PicDefect> book)
    {
        AddEnds(book);
        AddRotations(book);
        AddAutomatic(book);
    }

    private static void AddEnds(RuleBook<PicDefect> book)
    {
        book.Add("a non-specific end takes the highest priority",
            "It resets the highest of the present rotation, not the lowest number.",
            End, PicDefect.EndIgnoresRotation, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, 0xc3);
                machine.Raise(0);
                Assert.Equal(0, machine.Acknowledge());
                machine.Raise(5);
                Assert.Equal(5, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
                Assert.Equal(0x01, machine.ReadService(Master));
            });
        book.Add("a specific end takes the named input", "It resets the in-service bit that it names.",
            End, PicDefect.SpecificEndIsNonSpecific, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(5);
                Assert.Equal(5, machine.Acknowledge());
                machine.Raise(3);
                Assert.Equal(3, machine.Acknowledge());
                machine.Command(Master, EndSpecific | 5);
                Assert.Equal(0x08, machine.ReadService(Master));
            });
        book.Add("one combination does nothing", "SL alone is no operation.", "OCW2", PicDefect.NoOperationEnds, defect =>
        {
            using var machine = new PicMachine(defect);
            machine.Raise(5);
            Assert.Equal(5, machine.Acknowledge());
            machine.Command(Master, 0x45);
            Assert.Equal(0x20, machine.ReadService(Master));
        });
    }

    private static void AddRotations(RuleBook<PicDefect> book)
    {
        book.Add("rotate on a non-specific end", "The input that ends becomes the lowest priority.",
            Rotation, PicDefect.EndWithoutRotation, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, RotateOnEnd);
                Assert.Equal(0, machine.ReadService(Master));
                machine.Raise(1, 5);
                Assert.Equal(5, machine.Acknowledge());
            });
        book.Add("nothing ends, nothing rotates", "A rotating end with nothing in service leaves the priorities.",
            Rotation, PicDefect.EmptyEndRotates, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Command(Master, RotateOnEnd);
                machine.Raise(0, 1);
                Assert.Equal(0, machine.Acknowledge());
            });
        book.Add("rotate on a specific end", "The named input ends and becomes the lowest priority.",
            "Specific rotation", PicDefect.SpecificEndWithoutRotation, defect =>
            {
                using var machine = new PicMachine(defect);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Command(Master, 0xe4);
                Assert.Equal(0, machine.ReadService(Master));
                machine.Raise(1, 5);
                Assert.Equal(5, machine.Acknowledge());
            });
    }

    private static void AddAutomatic(RuleBook<PicDefect> book)
    {
        book.Add("automatic end", "With AEOI the in-service bit is reset at the end of the last INTA cycle, not before.",
            AutomaticEnd, PicDefect.AutomaticEndIgnored, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x03);
                machine.Raise(4);
                machine.Pair.BeginAcknowledge();
                Assert.Equal(0x10, machine.ReadService(Master));
                machine.Pair.EndAcknowledge();
                Assert.Equal(0, machine.ReadService(Master));
            });
        book.Add("rotate in automatic end", "Once told so, each automatic end makes its input the lowest priority.",
            Rotation, PicDefect.AutomaticRotationIgnored, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x03);
                machine.Command(Master, 0x80);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Raise(1, 5);
                Assert.Equal(5, machine.Acknowledge());
            });
        book.Add("rotation in automatic end can be stopped", "The command without bits switches it off.",
            Rotation, PicDefect.AutomaticRotationStays, defect =>
            {
                using var machine = new PicMachine(defect, masterModes: 0x03);
                machine.Command(Master, 0x80, 0x00);
                machine.Raise(4);
                Assert.Equal(4, machine.Acknowledge());
                machine.Raise(1, 5);
                Assert.Equal(1, machine.Acknowledge());
            });
        book.Add("a slave can end automatically", "AEOI works in a slave (8259A of 1985 and later).",
            AutomaticEnd, PicDefect.SlaveCannotEndAutomatically, defect =>
            {
                using var machine = new PicMachine(defect, slaveModes: 0x03);
                machine.Raise(12);
                Assert.Equal(12, machine.Acknowledge());
                Assert.Equal(0, machine.ReadService(Slave));
                Assert.Equal(0x04, machine.ReadService(Master));
            });
    }
}
