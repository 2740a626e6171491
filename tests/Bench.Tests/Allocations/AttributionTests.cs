// A zero-byte check that fails names the guilty: planted allocations are attributed to the right type and method. These tests
// start the real chain, check, child, diagnostics port, report, so each takes a few seconds.

using System.Runtime.CompilerServices;
using Managarm.Perf.Bench.Allocations;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Tests.Allocations;

public sealed class AttributionTests
{
    internal const string CheckName = "planted";

    /// <summary>What a pass of <see cref="BoxNumbers"/> allocates: header, type and padded number for each box.</summary>
    internal const long BoxedBytes = Repetitions * 24;

    private const int Repetitions = 1000;

    // Objects that nobody keeps may be put on the stack by the compiler.
    internal static object? Kept { get; private set; }

    [Fact]
    public void A_boxed_number_is_named_with_its_method() => AssertNamed("System.Int32", nameof(BoxNumbers), BoxNumbers);

    [Fact]
    public void A_captured_variable_is_named_with_its_method() =>
        AssertNamed("<>c__DisplayClass", nameof(Capture), () => Capture(Repetitions));

    [Fact]
    public void A_method_that_is_always_inlined_is_named_all_the_same() =>
        AssertNamed("System.Int64", nameof(BoxInlined), () => CallInlined(Repetitions));

    [Fact]
    public void A_list_that_grows_is_named_with_the_method_of_ours() =>
        AssertNamed("System.Int64[]", nameof(Grow), Grow);

    private static void AssertNamed(string type, string method, Action pass)
    {
        Exception? failure = Record.Exception(() => ZeroBytes.Check(CheckName, pass));
        if (MeasuredLoop.IsWatched)
        {
            return;
        }

        string message = Assert.IsType<Xunit.Sdk.FailException>(failure).Message;
        Assert.SkipWhen(message.Contains("diagnostics port is not available", StringComparison.Ordinal), message);
        string[] sites = [.. message.Split('\n').Where(line => line.Contains(" at Managarm.Perf.", StringComparison.Ordinal))];
        Assert.NotEmpty(sites);
        Assert.Contains(sites, line => line.Contains(type, StringComparison.Ordinal)
            && line.Contains($" at {typeof(AttributionTests).FullName}.{method}", StringComparison.Ordinal));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BoxNumbers()
    {
        for (int number = 0; number < Repetitions; number++)
        {
            Kept = number;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Capture(int count)
    {
        for (int number = 0; number < count; number++)
        {
            int captured = number;
            Kept = (Func<int>)(() => captured);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BoxInlined(long number) => Kept = number;

    private static void CallInlined(int count)
    {
        for (int number = 0; number < count; number++)
        {
            BoxInlined(number);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Grow()
    {
        var list = new List<long>();
        for (int number = 0; number < Repetitions; number++)
        {
            list.Add(number);
        }

        Verify.That(list.Count == Repetitions, "the list lost numbers");
    }
}
