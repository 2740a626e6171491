// The rule book of message-signalled interrupts: which writes are interrupts, and what their address and data say.

namespace Managarm.Perf.Hardware.Tests;

/// <summary>Message-signalled interrupts keep every rule of their manual.</summary>
public sealed class MessageSignalledInterruptRuleTests
{
    internal static readonly RuleBook<MessageSignalledInterruptFault> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fault_is_caught(string rule) => Book.CheckWithFault(rule);

    [Fact]
    public void Every_fault_belongs_to_a_rule() => Book.CheckFaultsAreUsed();

    private static RuleBook<MessageSignalledInterruptFault> Write()
    {
        var book = new RuleBook<MessageSignalledInterruptFault>("Message-signalled interrupt", "Intel SDM volume 3A, chapter 11");
        AddAddress(book);
        AddData(book);
        return book;
    }

    private static void AddAddress(RuleBook<MessageSignalledInterruptFault> book)
    {
        book.Add("the megabyte at 0xfee00000", "Writes to 0xfee00000 to 0xfeefffff are interrupts, and no others.", "11.11.1",
            MessageSignalledInterruptFault.IgnoresHighAddress, fault =>
            {
                Assert.True(MessageSignalledInterrupt.IsAddress(0xfee00000, fault));
                Assert.True(MessageSignalledInterrupt.IsAddress(0xfeefffff, fault));
                Assert.False(MessageSignalledInterrupt.IsAddress(0xfedfffff, fault));
                Assert.False(MessageSignalledInterrupt.IsAddress(0xfef00000, fault));
                Assert.False(MessageSignalledInterrupt.IsAddress(0x1_fee00000, fault));
            });
        book.Add("the destination", "Bits 19 to 12 of the address are the destination.", "11.11.1",
            MessageSignalledInterruptFault.DestinationIsShifted, fault =>
                Assert.Equal(0xa5u, MessageSignalledInterrupt.Decode(0xfeea5000, 0x42, fault).Destination));
        book.Add("the destination mode", "Bit 2 of the address makes the destination a logical one.", "11.11.1",
            MessageSignalledInterruptFault.IgnoresLogical, fault =>
            {
                Assert.False(MessageSignalledInterrupt.Decode(0xfee01000, 0x42, fault).IsLogical);
                Assert.True(MessageSignalledInterrupt.Decode(0xfee01004, 0x42, fault).IsLogical);
            });
        book.Add("the redirection hint", "With bit 3 of the address a vector goes to the least busy of those addressed.",
            "11.11.1", MessageSignalledInterruptFault.IgnoresHint, fault =>
            {
                using var rig = new LocalApicRig(count: 2);
                rig.First.SetTaskPriority(0x20);
                rig.First.Write(LocalApicRegister.LogicalDestination, 0x01000000);
                rig.Second.Write(LocalApicRegister.LogicalDestination, 0x02000000);
                Assert.True(rig.Bus.Send(MessageSignalledInterrupt.Decode(0xfee0300c, 0x42, fault)));
                Assert.False(rig.First.IsRequested(0x42));
                Assert.True(rig.Second.IsRequested(0x42));
                Assert.Equal(DeliveryMode.Nmi, MessageSignalledInterrupt.Decode(0xfee0300c, 0x400, fault).Mode);
            });
    }

    private static void AddData(RuleBook<MessageSignalledInterruptFault> book)
    {
        book.Add("vector and mode", "Bits 7 to 0 of the data are the vector, bits 10 to 8 the delivery mode.", "11.11.2",
            MessageSignalledInterruptFault.ModeIsFixed, fault =>
            {
                InterruptMessage message = MessageSignalledInterrupt.Decode(0xfee00000, 0x4a5, fault);
                Assert.Equal((0xa5, DeliveryMode.Nmi), (message.Vector, message.Mode));
            });
        book.Add("the trigger mode", "Bit 15 of the data makes the message a level; it is an edge otherwise.", "11.11.2",
            MessageSignalledInterruptFault.AlwaysEdge, fault =>
            {
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0xc042, fault).IsLevel);
                Assert.False(MessageSignalledInterrupt.Decode(0xfee00000, 0x4042, fault).IsLevel);
            });
        book.Add("the level", "Bit 14 of the data asserts a level; an edge is always asserted.", "11.11.2",
            MessageSignalledInterruptFault.IgnoresDeassert, fault =>
            {
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0x0042, fault).IsAsserted);
                Assert.True(MessageSignalledInterrupt.Decode(0xfee00000, 0xc042, fault).IsAsserted);
                Assert.False(MessageSignalledInterrupt.Decode(0xfee00000, 0x8042, fault).IsAsserted);
            });
    }
}
