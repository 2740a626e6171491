// The check that a piece of code allocates nothing once it is warm. Every check runs on a thread of its own, because box pools
// belong to threads and bytes are counted per thread, so other tests neither help nor disturb. Must hold at tier 0 as well
// (DOTNET_TC_CallCounting=0). When a check fails, Bench runs the same test once more in a child process, where this class repeats
// the pass under observation, and the message says which types are allocated where.

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Managarm.Perf.Bench.Allocations;

namespace Managarm.Perf.Tests;

/// <summary>Zero-byte checks.</summary>
internal static class ZeroBytes
{
    private const int WarmPasses = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Fails if a pass still allocates after it has run a few times.</summary>
    /// <param name="name">What is checked; different for each check of a test, and for each row of its data.</param>
    /// <param name="pass">The code; called several times, from a new thread.</param>
    public static void Check(string name, Action pass)
    {
        string method = $"{TestContext.Current.TestClass!.TestClassName}.{TestContext.Current.TestMethod!.MethodName}";
        string check = $"{method}, {name}";
        if (MeasuredLoop.IsWatched)
        {
            Serve(check, pass);
            return;
        }

        long bytes = Measure(pass);
        if (bytes != 0)
        {
            Assert.Fail($"{name} allocates {bytes} bytes when warm\n{Attribute(method, check)}");
        }
    }

    /// <summary>What a warm pass allocates on its thread.</summary>
    /// <param name="pass">The code; called several times, from a new thread.</param>
    /// <returns>Bytes of the last pass.</returns>
    public static long Measure(Action pass)
    {
        long bytes = 0;
        OnNewThread(() =>
        {
            Warm(pass);
            bytes = GC.GetAllocatedBytesForCurrentThread();
            pass();
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        });
        return bytes;
    }

    // The child runs the whole test method, but only the check that failed is of interest.
    private static void Serve(string check, Action pass)
    {
        if (MeasuredLoop.IsWatchedFor(check))
        {
            OnNewThread(() =>
            {
                Warm(pass);
                MeasuredLoop.Serve(pass);
            });
        }
    }

    private static void Warm(Action pass)
    {
        for (int number = 0; number < WarmPasses; number++)
        {
            pass();
        }
    }

    private static void OnNewThread(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static string Attribute(string method, string check)
    {
        string bench = BenchPath();
        if (!File.Exists(bench))
        {
            return "build Bench in the same configuration, and this message names types and call sites";
        }

        string test = typeof(ZeroBytes).Assembly.Location;
        var start = new ProcessStartInfo(
            "dotnet", [bench, "allocations", "--test", test, "--method", method, "--check", check])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        string answer = (output.Result + error.Result).TrimEnd();
        return process.ExitCode == 0
            ? answer + "\n  only here: something that happens once, or with an input that only the measured pass had"
            : answer;
    }

    // All projects put their output side by side: artifacts/bin/PROJECT/CONFIGURATION.
    private static string BenchPath()
    {
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(
            own, "..", "..", "Managarm.Perf.Bench", Path.GetFileName(own), "Managarm.Perf.Bench.dll"));
    }
}
