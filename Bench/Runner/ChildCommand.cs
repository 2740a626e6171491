// `child`: holds one workload for the interleaved runner. It is what `compare` and `ratios` start, and what they ask another
// revision of this program for; there is no other use for it, save to speak the protocol by hand.

using System.CommandLine;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Threads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Runner;

/// <summary>The command `child`.</summary>
internal static class ChildCommand
{
    /// <summary>Name of the command, for whoever starts one.</summary>
    internal const string Name = "child";

    internal static Command Create(CommandContext context)
    {
        var workload = new Argument<string>("workload") { Description = "Name of a workload; see `list`." };
        Option<int> slowDown = CommonOptions.SlowDown();
        var command = new Command(
            Name,
            "Serve one workload to the interleaved runner over standard input and output. For the runner, not for people.\n"
            + "Example: echo 'run 1000' | child ring-same-thread-spsc");
        command.Arguments.Add(workload);
        command.Options.Add(slowDown);
        command.SetAction(parsed => Run(context, parsed.GetValue(workload)!, parsed.GetValue(slowDown)));
        return command;
    }

    private static int Run(CommandContext context, string name, int slowDown)
    {
        IWorkload? found = WorkloadCatalog.Make(name);
        if (found is null)
        {
            context.Error.WriteLine($"no workload is called '{name}'");
            return CommandExit.BadInput;
        }

        using IWorkload workload = slowDown > 0 ? new SlowedWorkload(found, slowDown) : found;
        if (workload.Threads > ProcessorPin.Processors)
        {
            context.Error.WriteLine($"{name} needs {workload.Threads} processors, there is {ProcessorPin.Processors}");
            return CommandExit.Environment;
        }

        if (workload.Missing is { } missing)
        {
            context.Error.WriteLine($"{name} cannot be measured: {missing}");
            return CommandExit.Environment;
        }

        ChildServer.Serve(workload, Console.In, context.Output);
        return CommandExit.Clean;
    }
}
