// The rule book of message-signalled interrupts: which writes are interrupts, and what their address and data say.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.InterruptBuses;

/// <summary>Message-signalled interrupts keep every rule of their manual.</summary>
public sealed class MessageSignalledInterruptRuleTests
{
    internal static readonly RuleBook<MessageSignalledInterruptDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<MessageSignalledInterruptDefect> Write()
    {
        var book = new RuleBook<MessageSignalledInterruptDefect>(
            "Message-signalled interrupt", "Intel SDM volume 3A, chapter 11");
        AddAddress(book);
        AddData(book);
        return book;
    }

    private static void AddAddress(RuleBook<MessageSignalledInterruptDefect> book)
    {
        book.Add("the megabyte at 0xfee00000", "Writes to 0xfee00000 to 0xfeefffff are interrupts, and no others.", "11.11.1",
            MessageSignalledInterruptDefect.IgnoresHighAddress, defect =>
            {
                Assert.True(MessageSignalledInterrupt.IsAddress(0xfee00000, defect));
                Assert.True(MessageSignalledInterrupt.IsAddress(0xfeefffff, defect));
                Assert.False(MessageSignalledInterrupt.IsAddress(0xfedfffff, defect));
                Assert.False(MessageSignalledInterrupt.IsAddress(0xfef00000, defect));
                Assert.False(MessageSignalledInterrupt.IsAddress(0x1_fee00000, defect));
            });
        book.Add("the destination", "Bits 19 to 12 of the address are the destination.", "11.11.1",
            MessageSignalledInterruptDefect.DestinationIsShifted, defect =>
                Assert.Equal(0xa5u, MessageSignalledInterrupt.Decode(0xfeea5000, 0x42, defect).Destination));
        book.Add("the destination mode", "Bit 2 of the address makes the destination a logical one.", "11.11.1",
            MessageSignalledInterruptDefect.IgnoresLogical, defect =>
            {
                Assert.False(MessageSignalledInterrupt.Decode(0xfee01000, 0x42, defect).IsLogical);
                Assert.True(MessageSignalledInterrupt.Decode(0xfee01004, 0x42, defect).IsLogical);
            });
        book.Add("the redirection hint", "With bit 3 of the address a vector goes to the least busy of those addressed.",
            "11.11.1", MessageSignalledInterruptDefect.IgnoresHint, defect =>
            {
                using var rig = new LocalApicRig(count: 2);
                rig.First.SetTaskPriority(0x20);
                rig.First.Write(LocalApicRegister.LogicalDestination, 0x01000000);
                rig.Second.Write(LocalApicRegister.LogicalDestination, 0x02000000);
                Assert.True(rig.Bus.Send(MessageSignalledInterrupt.Decode(0xfee0300c, 0x42, defect)));
                Assert.False(rig.First.IsRequested(0x42));
                Assert.True(rig.Second.IsRequested(0x42));
                Assert.Equal(DeliveryMode.Nmi, MessageSignalledInterrupt.Decode(0xfee0300c, 0x400, defect).Mode);
            });
    }

    private static void AddData(RuleBook<MessageSignalledInterruptDefect> book)
    {
        book.Add("vector and mode", "Bits 7 to 0 of the data are the vector, bits 10 to 8 the delivery mode.", "11.11.2",
            MessageSignalledInterruptDefect.ModeIsFixed, defect =>
            {
                InterruptMessage message = MessageSignalledInterrupt.Decode(0xfee00000, 0x4a5, defect);
                Assert.Equal((0xa5, DeliveryMode.Nmi), (message.Vector, message.Mode));
            });
        book.Add("the trigger mode", "Bit 15 of the data makes the message a level; it is an edge otherwise.", "11.11.2",
            MessageSignalledInterruptDefect.AlwaysEdge, defect =>
            {
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0xc042, defect).IsLevel);
                Assert.False(MessageSignalledInterrupt.Decode(0xfee00000, 0x4042, defect).IsLevel);
            });
        book.Add("the level", "Bit 14 of the data asserts a level; an edge is always asserted.", "11.11.2",
            MessageSignalledInterruptDefect.IgnoresDeassert, defect =>
            {
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0x0042, defect).IsAsserted);
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0xc042, defect).IsAsserted);
                Assert.False(MessageSignalledInterrupt.Decode(0xfee00000, 0x8042, defect).IsAsserted);
            });
    }
}
