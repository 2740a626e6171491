// The rule book of the serial port. The rules lie in files by concern; each is checked through the ports, the wire and the line
// alone, once without a fault and once with the fault that breaks it.

using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.Uarts;

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>The serial port keeps every rule of its manual.</summary>
public sealed class UartRuleTests
{
    internal static readonly RuleBook<UartDefect> Book = Write();

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<UartDefect> Write()
    {
        var book = new RuleBook<UartDefect>("16550", "National Semiconductor PC16550D data sheet");
        UartRegisterRules.AddTo(book);
        UartReceiverRules.AddTo(book);
        UartTimeoutRules.AddTo(book);
        UartTransmitterRules.AddTo(book);
        UartInterruptRules.AddTo(book);
        UartModemRules.AddTo(book);
        return book;
    }
}
